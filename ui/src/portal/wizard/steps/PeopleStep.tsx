import { Button } from "antd";

import { hasList } from "../draft/branch";
import { useReadOnly, useValue, useWizard } from "../draft/context";
import { PersonFields } from "../fields/PersonFields";
import { Section } from "../fields/Section";
import { TextField } from "../fields/TextField";
import { type PasteTargets, usePasted } from "../fields/usePasted";
import { useTexts } from "../texts";
import { BeneficialOwners } from "./BeneficialOwners";

const TARGETS: PasteTargets = { name: "/contact/name", phone: "/contact/mobile", address: "/business/address" };

export function PeopleStep() {
  const texts = useTexts();
  const { profile } = useWizard();
  const kind = useValue((dossier) => dossier.kind);
  return (
    <>
      <Section title={texts.people.legal}>
        <PersonFields base="/legal_person" hasMobile />
      </Section>
      <ContactSection />
      {hasList(profile, "/beneficial_owners", kind) && <BeneficialOwners />}
    </>
  );
}

function ContactSection() {
  const texts = useTexts();
  const { draft } = useWizard();
  const readOnly = useReadOnly("/contact");
  const pastedName = usePasted("/contact/name", TARGETS);
  const pastedMobile = usePasted("/contact/mobile", TARGETS);
  const legal = useValue((dossier) => dossier.legal_person);
  const contact = useValue((dossier) => dossier.contact);
  const isSame = contact.name === legal.name && contact.mobile === legal.mobile;
  const copy = () => {
    draft.set("/contact/name", legal.name);
    draft.set("/contact/mobile", legal.mobile, "now");
  };
  const same = (
    <Button size="small" disabled={readOnly || isSame || legal.name === ""} onClick={copy}>
      {texts.people.sameAsLegal}
    </Button>
  );
  return (
    <Section title={texts.people.contact} extra={same}>
      <TextField pointer="/contact/name" onPasted={pastedName} />
      <TextField pointer="/contact/mobile" kind="number" onPasted={pastedMobile} />
    </Section>
  );
}
