import { isAsked } from "../draft/branch";
import { useCaseView, useValue } from "../draft/context";
import { CodeField } from "../fields/CodeField";
import { DateField } from "../fields/DateField";
import { DivisionField } from "../fields/DivisionField";
import { FlagField } from "../fields/FlagField";
import { MccField } from "../fields/MccField";
import { Section } from "../fields/Section";
import { TextField } from "../fields/TextField";
import { type PasteTargets, usePasted } from "../fields/usePasted";
import { useTexts } from "../texts";

const NAME = "/business/registered_name";
const ADDRESS = "/business/address";
const PHONE = "/business/service_phone";
const TARGETS: PasteTargets = { address: ADDRESS, phone: PHONE };

export function BusinessStep() {
  const texts = useTexts();
  const asksLicence = isAsked(useCaseView().requirements, "/licence");
  const pastedAddress = usePasted(ADDRESS, TARGETS);
  const pastedPhone = usePasted(PHONE, TARGETS);
  return (
    <>
      {asksLicence && <LicenceSection />}
      <Section title={texts.business.identity}>
        <TextField pointer={NAME} hint={texts.field.registeredNameHint} />
        <TextField pointer="/business/trade_name" hint={texts.field.tradeNameHint} />
        <DivisionField pointer="/business/division" />
        <TextField pointer={ADDRESS} onPasted={pastedAddress} />
        <MccField pointer="/business/mcc" />
        <CodeField pointer="/business/content" />
        <TextField pointer={PHONE} kind="number" hint={texts.field.phoneHint} onPasted={pastedPhone} />
        <TextField pointer="/business/email" />
      </Section>
    </>
  );
}

function LicenceSection() {
  const texts = useTexts();
  const separate = useValue((dossier) => dossier.licence.separate_certificates);
  return (
    <Section title={texts.business.licence}>
      <TextField pointer="/licence/number" />
      <TextField pointer="/licence/name" />
      <DateField pointer="/licence/valid_from" />
      <DateField pointer="/licence/valid_until" mayBeLongTerm />
      <FlagField pointer="/licence/separate_certificates" />
      {separate && (
        <>
          <TextField pointer="/licence/tax_registration_number" />
          <TextField pointer="/licence/organisation_code" />
        </>
      )}
      <TextField pointer="/licence/scope" kind="paragraph" wide />
    </Section>
  );
}
