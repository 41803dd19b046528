import { Checkbox } from "antd";

import { DayPicker } from "../../../shared/components/DayPicker";
import { useTexts } from "../texts";
import { fieldLabel } from "../texts/problem";
import { useField, useWizard } from "../draft/context";
import { fieldId } from "../draft/target";
import styles from "../wizard.module.css";
import { Suggestions } from "./Suggestions";
import { TextField } from "./TextField";

/** What the document holds for papers without an end (portal-domain::dossier::LONG_TERM). */
const LONG_TERM = "long_term";

interface Props {
  pointer: string;
  /** The paper may have no end. */
  mayBeLongTerm?: boolean;
}

/** A day: typed in any usual way, or picked. */
export function DateField({ pointer, mayBeLongTerm = false }: Props) {
  const texts = useTexts();
  const { draft } = useWizard();
  const field = useField<string>(pointer);
  const isLongTerm = field.value === LONG_TERM;
  const checkbox = mayBeLongTerm && (
    <Checkbox
      id={isLongTerm ? fieldId(pointer) : undefined}
      checked={isLongTerm}
      disabled={field.readOnly}
      aria-label={texts.field.longTermOf(fieldLabel(texts, pointer))}
      onChange={(event) => {
        draft.set(pointer, event.target.checked ? LONG_TERM : "", "now");
      }}
    >
      {texts.field.longTerm}
    </Checkbox>
  );
  if (isLongTerm) {
    return (
      <div className={styles.field}>
        <span className={styles.label}>{fieldLabel(texts, pointer)}</span>
        <div className={styles.longTerm}>{checkbox}</div>
        <div className={styles.note}>
          <Suggestions pointer={pointer} />
        </div>
      </div>
    );
  }
  return (
    <div className={styles.dateField}>
      <TextField pointer={pointer} kind="number" suffix={field.readOnly ? <span /> : <Picker pointer={pointer} />} />
      {checkbox && <div className={styles.longTermBeside}>{checkbox}</div>}
    </div>
  );
}

function Picker({ pointer }: { pointer: string }) {
  const texts = useTexts();
  const { draft } = useWizard();
  const field = useField<string>(pointer);
  return (
    <DayPicker
      value={field.value}
      label={texts.field.pickDay(fieldLabel(texts, pointer))}
      onPick={(day) => {
        draft.set(pointer, day, "now");
        draft.leave(pointer);
      }}
    />
  );
}
