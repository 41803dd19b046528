import type { AccountKind } from "../../../ipc/bindings";
import { accountRule, isAsked } from "../draft/branch";
import { useCaseView, useField, useValue, useWizard } from "../draft/context";
import { BankField } from "../fields/BankField";
import { ChoiceField } from "../fields/ChoiceField";
import { CodeField } from "../fields/CodeField";
import { FlagField } from "../fields/FlagField";
import { PersonFields } from "../fields/PersonFields";
import { Section } from "../fields/Section";
import { TextField } from "../fields/TextField";
import { useTexts } from "../texts";

const ACCOUNT_KINDS: readonly AccountKind[] = ["corporate", "private"];

export function SettlementStep() {
  const texts = useTexts();
  const { profile } = useWizard();
  const { requirements } = useCaseView();
  const rule = accountRule(profile, useValue((dossier) => dossier.kind));
  const kind = useValue((dossier) => dossier.settlement.kind);
  const { value: toBeOpened } = useField<boolean>("/settlement/to_be_opened");
  const offersLater = kind === "corporate" && (toBeOpened || (rule?.may_open_later ?? true));
  const kinds = ACCOUNT_KINDS.map((value) => ({
    value,
    label: texts.settlement.kinds[value],
    disabled: rule !== undefined && !rule.accounts.includes(value),
  }));
  return (
    <>
      <Section title={texts.settlement.account}>
        <ChoiceField pointer="/settlement/kind" options={kinds} look="buttons" />
        {kind === "private" && <SettlerChoice />}
        {offersLater && <FlagField pointer="/settlement/to_be_opened" hint={texts.settlement.laterHint} />}
        <TextField pointer="/settlement/holder" hint={texts.field.holderHint} />
        <TextField pointer="/settlement/number" kind="number" />
        <BankField pointer="/settlement/bank_name" />
        <TextField pointer="/settlement/branch_name" />
        <TextField pointer="/settlement/branch_code" kind="number" hint={texts.field.branchCodeHint} />
        <CodeField pointer="/settlement/period" />
      </Section>
      {isAsked(requirements, "/settlement/settler_person") && (
        <Section title={texts.settlement.settlerHeading}>
          <PersonFields base="/settlement/settler_person" hasMobile />
        </Section>
      )}
    </>
  );
}

function SettlerChoice() {
  const texts = useTexts();
  const settlers = Object.entries(texts.settlement.settlers).map(([value, label]) => ({ value, label }));
  return <ChoiceField pointer="/settlement/settler" options={settlers} look="buttons" />;
}
