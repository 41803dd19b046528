import { Cascader } from "antd";

import { useDivisionTree } from "../reference";
import { useTexts } from "../texts";
import { useField, useWizard } from "../draft/context";
import { fieldId } from "../draft/target";
import { divisionPath } from "./divisions";
import styles from "../wizard.module.css";
import { FieldFrame, statusOf } from "./FieldFrame";

/** Province, city and district; the document keeps the district's code. */
export function DivisionField({ pointer }: { pointer: string }) {
  const texts = useTexts();
  const { draft } = useWizard();
  const field = useField<string>(pointer);
  const tree = useDivisionTree();
  const filled = field.value !== "";
  return (
    <FieldFrame pointer={pointer} field={field} filled={filled}>
      <Cascader
        id={fieldId(pointer)}
        className={styles.control}
        options={tree}
        value={filled ? divisionPath(tree, field.value) : undefined}
        disabled={field.readOnly}
        status={statusOf(field, filled, false)}
        placeholder={texts.field.divisionHint}
        notFoundContent={texts.field.nothingFound}
        showSearch={{ limit: 30, filter: matches }}
        onChange={(path) => {
          draft.set(pointer, path.at(-1) ?? "", "now");
        }}
        onBlur={() => {
          draft.leave(pointer);
        }}
        aria-describedby={`${fieldId(pointer)}-note`}
      />
    </FieldFrame>
  );
}

/** Every word typed occurs somewhere in the path, or the code begins with it. */
function matches(typed: string, path: readonly { label: string; value: string }[]): boolean {
  const whole = path.map((option) => option.label).join("");
  return typed
    .trim()
    .split(/\s+/)
    .every((word) => whole.includes(word) || (path.at(-1)?.value.startsWith(word) ?? false));
}
