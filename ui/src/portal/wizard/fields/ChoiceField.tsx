import { Radio, Select } from "antd";

import { useField, useWizard } from "../draft/context";
import { fieldId } from "../draft/target";
import { useTexts } from "../texts";
import { fieldLabel } from "../texts/problem";
import styles from "../wizard.module.css";
import { FieldFrame, statusOf } from "./FieldFrame";

interface Props<T extends string> {
  pointer: string;
  options: readonly { value: T; label: string; disabled?: boolean }[];
  /** Buttons for two or three answers that decide the page, a list otherwise. */
  look?: "buttons" | "list";
}

/** One of a few answers; saved at once, because it decides what else is asked. */
export function ChoiceField<T extends string>({ pointer, options, look = "list" }: Props<T>) {
  const texts = useTexts();
  const { draft } = useWizard();
  const field = useField<T | null>(pointer);
  const choose = (value: T) => {
    draft.leave(pointer);
    draft.set(pointer, value, "now");
  };
  // A code of the profile is a text: nothing chosen is an empty one.
  const filled = field.value !== null && field.value.length > 0;
  return (
    <FieldFrame pointer={pointer} field={field} filled={filled} wide={look === "buttons"}>
      {look === "buttons" ? (
        <Radio.Group
          id={fieldId(pointer)}
          aria-label={fieldLabel(texts, pointer)}
          value={field.value}
          disabled={field.readOnly}
          optionType="button"
          options={[...options]}
          onChange={(event) => {
            choose(event.target.value as T);
          }}
        />
      ) : (
        <Select<T>
          id={fieldId(pointer)}
          className={styles.control}
          value={filled ? field.value : null}
          disabled={field.readOnly}
          status={statusOf(field, filled, false)}
          options={[...options]}
          onChange={choose}
          aria-describedby={`${fieldId(pointer)}-note`}
        />
      )}
    </FieldFrame>
  );
}
