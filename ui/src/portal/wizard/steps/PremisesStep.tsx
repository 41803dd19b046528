import { useValue } from "../draft/context";
import { DivisionField } from "../fields/DivisionField";
import { FlagField } from "../fields/FlagField";
import { Section } from "../fields/Section";
import { TextField } from "../fields/TextField";
import { type PasteTargets, usePasted } from "../fields/usePasted";
import { useTexts } from "../texts";

const TARGETS: PasteTargets = { name: "/shop/contact_name", phone: "/shop/contact_mobile", address: "/shop/address" };

export function PremisesStep() {
  const texts = useTexts();
  const isRegistered = useValue((dossier) => dossier.shop.same_as_registered);
  const pastedAddress = usePasted("/shop/address", TARGETS);
  const pastedName = usePasted("/shop/contact_name", TARGETS);
  const pastedMobile = usePasted("/shop/contact_mobile", TARGETS);
  return (
    <Section title={texts.steps.premises}>
      <FlagField pointer="/shop/same_as_registered" />
      <FlagField pointer="/shop/mobile_trade" />
      {!isRegistered && (
        <>
          <DivisionField pointer="/shop/division" />
          <TextField pointer="/shop/address" onPasted={pastedAddress} />
        </>
      )}
      <TextField pointer="/shop/name" />
      <TextField pointer="/shop/contact_name" onPasted={pastedName} />
      <TextField pointer="/shop/contact_mobile" kind="number" onPasted={pastedMobile} />
    </Section>
  );
}
