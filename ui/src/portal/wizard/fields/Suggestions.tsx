import { CheckCircleOutlined } from "@ant-design/icons";
import { Button, Typography } from "antd";

import type { SuggestionView } from "../../../ipc/bindings";
import { useReadOnly, useSuggestions, useValue, useWizard } from "../draft/context";
import { valueAt } from "../draft/pointer";
import { useTexts } from "../texts";
import { fieldLabel, slotName } from "../texts/problem";
import styles from "../wizard.module.css";
import { SourceLine } from "./SourceLine";

/** What the photos say about a field: offered, never put in by itself. */
export function Suggestions({ pointer }: { pointer: string }) {
  const suggestions = useSuggestions(pointer);
  const readOnly = useReadOnly(pointer);
  const value = useValue((dossier) => valueAt(dossier, pointer));
  if (suggestions.length === 0) return null;
  const same = suggestions.find((found) => found.value === value || (found.agreement === "same" && value !== ""));
  const others = suggestions.filter((found) => found !== same && found.value !== value && !isSame(found, value));
  return (
    <>
      {same && <Agreed found={same} />}
      {!readOnly &&
        others.map((found) => <Suggestion key={`${found.photo_id} ${found.value}`} found={found} filled={value !== ""} />)}
    </>
  );
}

/** Written another way, e.g. with spaces: as of the last save. */
function isSame(found: SuggestionView, value: unknown): boolean {
  return found.agreement === "same" && value !== "";
}

function Agreed({ found }: { found: SuggestionView }) {
  const texts = useTexts();
  const { profile } = useWizard();
  return (
    <Typography.Text type="secondary">
      <CheckCircleOutlined aria-hidden /> {texts.suggestions.agrees(slotName(texts, profile, found.slot))}
    </Typography.Text>
  );
}

function Suggestion({ found, filled }: { found: SuggestionView; filled: boolean }) {
  const texts = useTexts();
  const { draft, profile } = useWizard();
  const source = slotName(texts, profile, found.slot);
  const shown = found.value === "long_term" ? texts.field.longTerm : found.value;
  const isDoubtful = !found.checked && found.confidence_percent < 80;
  return (
    <div className={styles.suggestion} role="group" aria-label={texts.suggestions.from(source)}>
      <Typography.Text type={filled ? "warning" : "secondary"}>
        {texts.suggestions.says(source, shown)}
        {isDoubtful && ` ${texts.suggestions.doubtful}`}
      </Typography.Text>
      <SourceLine found={found} />
      <Button
        size="small"
        aria-label={texts.suggestions.takeFor(fieldLabel(texts, found.pointer), shown)}
        onClick={() => {
          draft.set(found.pointer, found.value, "now");
          draft.leave(found.pointer);
        }}
      >
        {filled ? texts.suggestions.takeInstead : texts.suggestions.take}
      </Button>
    </div>
  );
}
