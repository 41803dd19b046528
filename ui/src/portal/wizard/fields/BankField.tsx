import { AutoComplete, Button } from "antd";
import { useState } from "react";

import type { BankView } from "../../../ipc/bindings";
import { useField, useValue, useWizard } from "../draft/context";
import { fieldId } from "../draft/target";
import { useBankTable } from "../reference";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";
import { bankOfBranch, bankOfCard, banksLike, isNameOf } from "./banks";
import { FieldFrame, statusOf } from "./FieldFrame";

/** The bank of the account: typed, chosen by its name, or taken from the card's first digits or the branch code. */
export function BankField({ pointer }: { pointer: string }) {
  const { draft } = useWizard();
  const field = useField<string>(pointer);
  const banks = useBankTable();
  const [isBusy, setBusy] = useState(false);
  const filled = field.value !== "";
  const options = isBusy && filled ? banksLike(banks, field.value) : [];
  return (
    <FieldFrame {...{ pointer, field, filled }} busy={isBusy} hint={<Suggestion pointer={pointer} typed={field.value} />}>
      <AutoComplete
        id={fieldId(pointer)}
        className={styles.control}
        value={field.value}
        disabled={field.readOnly}
        status={statusOf(field, filled, isBusy)}
        options={options.map((bank) => ({ value: bank.name, label: <Option bank={bank} /> }))}
        defaultActiveFirstOption={false}
        onChange={(name: string) => draft.set(pointer, name)}
        onFocus={() => setBusy(true)}
        onBlur={() => {
          setBusy(false);
          draft.leave(pointer);
          void draft.flush();
        }}
        aria-required={field.requirement?.due === "now"}
        aria-describedby={`${fieldId(pointer)}-note`}
      />
    </FieldFrame>
  );
}

function Option({ bank }: { bank: BankView }) {
  const texts = useTexts();
  return texts.language === "en" && bank.english !== "" ? `${bank.name} · ${bank.english}` : bank.name;
}

/** The bank that the numbers typed beside it speak of, where the name says something else. */
function Suggestion({ pointer, typed }: { pointer: string; typed: string }) {
  const texts = useTexts();
  const { draft } = useWizard();
  const banks = useBankTable();
  const { kind, number, branch_code } = useValue((dossier) => dossier.settlement);
  const field = useField<string>(pointer);
  const byCard = kind === "private" ? bankOfCard(banks, number) : undefined;
  const bank = byCard ?? bankOfBranch(banks, branch_code);
  if (!bank || isNameOf(bank, typed) || field.readOnly) return null;
  return (
    <>
      {byCard ? texts.settlement.byCard(bank.name) : texts.settlement.byBranch(bank.name)}
      <Button type="link" size="small" onClick={() => draft.set(pointer, bank.name, "now")}>
        {texts.settlement.takeBank}
      </Button>
    </>
  );
}
