import { useState } from "react";

import { usePapers } from "../desk/DeskProvider";
import { useConsoleTexts } from "../texts";
import { CaseHeader } from "./CaseHeader";
import styles from "./case.module.css";
import { Comparison } from "./Comparison";
import { Refusal } from "./Refusal";
import { ReturnDialog } from "./ReturnDialog";
import { ReturnList } from "./ReturnList";
import { useReview } from "./review";
import { StepsDrawer } from "./steps/StepsDrawer";
import { useDecision } from "./useDecision";

/** A case, what ends its review, and what follows. */
export function CaseBody({ onReload }: { onReload: () => Promise<unknown> }) {
  const texts = useConsoleTexts();
  const { view, mayDecide } = useReview();
  const [papers] = usePapers(view.case_id);
  // A report that is being written brings its place back with it.
  const [steps, setSteps] = useState(papers.step !== null);
  const decision = useDecision(view);
  return (
    <div className={styles.screen}>
      <CaseHeader decision={decision} onSteps={() => setSteps(true)} />
      {decision.isError && (
        <div className={styles.notice}>
          <Refusal change={decision} movedOn={texts.conflict.text} onReload={onReload} />
        </div>
      )}
      <Comparison foot={(follow) => mayDecide && <ReturnList decision={decision} onFollow={follow} />} />
      {mayDecide && papers.writing && <ReturnDialog key={papers.writing.pointer} writing={papers.writing} />}
      <StepsDrawer open={steps} onReload={onReload} onClose={() => setSteps(false)} />
    </div>
  );
}
