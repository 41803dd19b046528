import { Typography } from "antd";

import { problemText } from "../../portal/wizard/texts/problem";
import { useConsoleTexts } from "../texts";
import styles from "./case.module.css";
import type { ReviewLine } from "./lines";
import { ReturnButton } from "./ReturnButton";
import { useReview } from "./review";

interface Props {
  line: ReviewLine;
  onFollow: (pointer: string) => void;
}

/** One field: what was sent, what it was before, what is to be said of it. */
export function FieldRow({ line, onFollow }: Props) {
  const texts = useConsoleTexts();
  const { view, names } = useReview();
  const changed = line.before !== null;
  const isWrong = line.problems.some(({ code }) => code === "bad_check_digit");
  const override = isWrong && view.dossier.overrides.find(({ pointer }) => pointer === line.pointer);
  return (
    <div
      className={`${styles.row ?? ""} ${changed ? (styles.changed ?? "") : ""}`}
      onFocus={() => onFollow(line.pointer)}
      onClick={() => onFollow(line.pointer)}
    >
      <div className={styles.label}>{line.label}</div>
      <div className={styles.value}>
        {line.text === "" ? (
          <Typography.Text type="secondary">{texts.case.empty}</Typography.Text>
        ) : (
          <span className={`selectable ${isNumber(line.text) ? (styles.number ?? "") : ""}`}>{line.text}</span>
        )}
        {changed && (
          <div className={styles.before}>
            <span className={styles.mark}>{texts.case.changed}</span>
            {texts.case.before(line.before || texts.case.empty)}
          </div>
        )}
        {line.asked && (
          <div className={styles.asked}>
            {texts.case.askedBefore(names.texts.returnReasons[line.asked.reason], line.asked.text)}
          </div>
        )}
        {line.problems.map((problem) => (
          <div key={problem.pointer + problem.code} className={styles.problem}>
            {problemText(names.texts, names.profile, problem)}
          </div>
        ))}
        {override && <div className={styles.asked}>{texts.case.overridden(override.reason)}</div>}
      </div>
      <ReturnButton pointer={line.pointer} label={line.label} />
    </div>
  );
}

/** Long numbers are compared digit by digit. */
function isNumber(text: string): boolean {
  return /^[0-9A-Z]{8,}$/.test(text);
}
