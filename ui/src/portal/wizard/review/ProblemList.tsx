import { Alert, Button } from "antd";

import type { Problem } from "../../../ipc/bindings";
import { useCaseView, useWizard } from "../draft/context";
import { useTexts } from "../texts";
import { placeLabel, problemText } from "../texts/problem";
import styles from "../wizard.module.css";

/** What must be fixed, then what should be looked at again. */
export function ProblemList() {
  const texts = useTexts();
  const { problems, returned } = useCaseView();
  const unanswered = returned.filter((entry) => !entry.changed).length;
  const blocking = problems.filter((problem) => problem.severity === "blocking");
  const warnings = problems.filter((problem) => problem.severity === "warning");
  if (problems.length === 0 && unanswered > 0) {
    return <Alert type="warning" showIcon title={texts.review.unanswered(unanswered)} />;
  }
  if (problems.length === 0) return <Alert type="success" showIcon title={texts.review.ready} />;
  return (
    <div className={styles.stack}>
      {blocking.length > 0 ? (
        <Alert
          type="error"
          showIcon
          title={texts.review.blocking(blocking.length)}
          description={<Links problems={blocking} />}
        />
      ) : (
        <Alert type="success" showIcon title={texts.review.readyWithWarnings(warnings.length)} />
      )}
      {warnings.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={texts.review.warnings(warnings.length)}
          description={<Links problems={warnings} />}
        />
      )}
    </div>
  );
}

function Links({ problems }: { problems: readonly Problem[] }) {
  const texts = useTexts();
  const { profile, jump } = useWizard();
  return (
    <ul className={styles.problemLinks}>
      {problems.map((problem) => {
        const text = texts.pair(placeLabel(texts, profile, problem), problemText(texts, profile, problem));
        return (
          <li key={`${problem.pointer} ${problem.code} ${problem.params.service ?? problem.params.id ?? ""}`}>
            <Button
              type="link"
              size="small"
              onClick={() => {
                jump(problem);
              }}
            >
              {text}
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
