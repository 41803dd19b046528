import { Checkbox, Typography } from "antd";

import { useTexts } from "../texts";
import { fieldLabel, problemText } from "../texts/problem";
import { useField, useWizard } from "../draft/context";
import { fieldId } from "../draft/target";
import styles from "../wizard.module.css";

/** A yes or no that changes what else is asked. */
export function FlagField({ pointer, hint }: { pointer: string; hint?: string }) {
  const texts = useTexts();
  const { draft, profile } = useWizard();
  const field = useField<boolean>(pointer);
  return (
    <div className={styles.wideField}>
      <Checkbox
        id={fieldId(pointer)}
        checked={field.value}
        disabled={field.readOnly}
        onChange={(event) => {
          draft.set(pointer, event.target.checked, "now");
        }}
      >
        {fieldLabel(texts, pointer)}
      </Checkbox>
      <div className={styles.note}>
        {field.problems.map((problem) => (
          <Typography.Text key={problem.code} type="danger" role="alert">
            {problemText(texts, profile, problem)}
          </Typography.Text>
        ))}
        {hint && <Typography.Text type="secondary">{hint}</Typography.Text>}
      </div>
    </div>
  );
}
