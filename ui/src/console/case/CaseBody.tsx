import { Alert, Button } from "antd";

import { usePapers } from "../desk/DeskProvider";
import { ErrorOf } from "../ErrorOf";
import { useConsoleTexts } from "../texts";
import { CaseHeader } from "./CaseHeader";
import styles from "./case.module.css";
import { Comparison } from "./Comparison";
import { ReturnDialog } from "./ReturnDialog";
import { ReturnList } from "./ReturnList";
import { useReview } from "./review";
import { useDecision } from "./useDecision";

/** A case, and what ends its review. */
export function CaseBody({ onReload }: { onReload: () => Promise<unknown> }) {
  const texts = useConsoleTexts();
  const { view, mayDecide } = useReview();
  const [papers] = usePapers(view.case_id);
  const decision = useDecision(view);
  const reload = async () => {
    await onReload();
    decision.reset();
  };
  return (
    <div className={styles.screen}>
      <CaseHeader decision={decision} />
      {decision.isError && (
        <div className={styles.notice}>
          {decision.movedOn ? (
            <Alert
              role="alert"
              type="warning"
              showIcon
              title={texts.conflict.text}
              action={<Button onClick={() => void reload()}>{texts.conflict.reload}</Button>}
            />
          ) : (
            <ErrorOf error={decision.error} />
          )}
        </div>
      )}
      <Comparison foot={(follow) => mayDecide && <ReturnList decision={decision} onFollow={follow} />} />
      {mayDecide && papers.writing && <ReturnDialog key={papers.writing.pointer} writing={papers.writing} />}
    </div>
  );
}
