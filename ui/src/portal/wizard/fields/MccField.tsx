import { Select } from "antd";
import { useMemo } from "react";

import type { MccView } from "../../../ipc/bindings";
import { useMccTable } from "../reference";
import { inLanguage, type Texts, useTexts } from "../texts";
import { useField, useWizard } from "../draft/context";
import { fieldId } from "../draft/target";
import styles from "../wizard.module.css";
import { FieldFrame, statusOf } from "./FieldFrame";

interface Option {
  value: string;
  label: string;
  search: string;
}

/** The trade, found by code or by its Chinese or English name. */
export function MccField({ pointer }: { pointer: string }) {
  const texts = useTexts();
  const { draft } = useWizard();
  const field = useField<string>(pointer);
  const table = useMccTable();
  const options = useMemo(() => groups(table, texts), [table, texts]);
  const filled = field.value !== "";
  return (
    <FieldFrame pointer={pointer} field={field} filled={filled}>
      <Select
        id={fieldId(pointer)}
        className={styles.control}
        value={filled ? field.value : undefined}
        disabled={field.readOnly}
        status={statusOf(field, filled, false)}
        placeholder={texts.field.mccHint}
        notFoundContent={texts.field.nothingFound}
        options={options}
        showSearch={{ filterOption: (typed, option) => option !== undefined && "search" in option && found(typed, option) }}
        onChange={(code) => {
          draft.set(pointer, code, "now");
        }}
        onBlur={() => {
          draft.leave(pointer);
        }}
        aria-describedby={`${fieldId(pointer)}-note`}
      />
    </FieldFrame>
  );
}

function groups(table: readonly MccView[], texts: Texts): { label: string; options: Option[] }[] {
  const byGroup = new Map<string, Option[]>();
  for (const row of table) {
    const option = {
      value: row.code,
      label: `${row.code} ${inLanguage(texts, row.name)}`,
      search: `${row.code} ${row.name.zh} ${row.name.en}`.toLowerCase(),
    };
    const group = byGroup.get(row.group);
    if (group) group.push(option);
    else byGroup.set(row.group, [option]);
  }
  return [...byGroup].map(([group, options]) => ({ label: texts.mccGroups[group] ?? group, options }));
}

function found(typed: string, option: unknown): boolean {
  const { search } = option as Option;
  return typed.toLowerCase().trim().split(/\s+/).every((word) => search.includes(word));
}
