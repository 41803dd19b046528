import { CheckCircleOutlined, ExclamationCircleOutlined, HistoryOutlined } from "@ant-design/icons";
import { Typography } from "antd";

import { problemText } from "../../portal/wizard/texts/problem";
import { useConsoleTexts } from "../texts";
import styles from "./case.module.css";
import { useReview } from "./review";

/** What to look at first: the automatic check's hints, and what became of the last return. */
export function Findings({ onGoTo }: { onGoTo: (pointer: string) => void }) {
  const texts = useConsoleTexts();
  const { view, names, previous, asked, changes, label } = useReview();
  const done = asked.filter(({ changed }) => changed).length;
  const go = (pointer: string) => (
    <button
      type="button"
      className={styles.textButton}
      aria-label={texts.findings.goTo(label(pointer))}
      onClick={() => onGoTo(pointer)}
    >
      {label(pointer)}
    </button>
  );
  return (
    <section className={styles.findings} aria-label={texts.findings.heading}>
      {view.problems.length === 0 ? (
        <div className={styles.finding}>
          <CheckCircleOutlined className={styles.good} />
          <span>{texts.findings.clean}</span>
        </div>
      ) : (
        <div className={styles.finding}>
          <ExclamationCircleOutlined className={styles.warn} />
          <div>
            <Typography.Text strong>{texts.findings.count(view.problems.length)}</Typography.Text>
            <ul className={styles.hints}>
              {view.problems.map((problem) => (
                <li key={problem.pointer + problem.code}>
                  {go(problem.pointer)} {problemText(names.texts, names.profile, problem)}
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
      {previous && (
        <div className={styles.finding}>
          <HistoryOutlined className={styles.info} />
          <div>
            <Typography.Text strong>{texts.findings.changes(changes)}</Typography.Text>
            {asked.length > 0 && <div>{texts.findings.asked(asked.length, done)}</div>}
            <ul className={styles.hints}>
              {asked.map(({ item, changed }) => (
                <li key={item.pointer}>
                  {go(item.pointer)} {names.texts.returnReasons[item.reason]}
                  {item.text !== "" && ` · ${item.text}`}{" "}
                  <span className={changed ? styles.good : styles.warn}>
                    {changed ? texts.findings.done : texts.findings.open}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
    </section>
  );
}
