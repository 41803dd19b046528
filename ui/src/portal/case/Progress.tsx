import { Typography } from "antd";

import type { CaseView, Track } from "../../ipc/bindings";
import { StepTag } from "../../shared/components/StepTag";
import { useSharedTexts } from "../../shared/texts";
import styles from "./case.module.css";

/** How far each step of an accepted case is, and what is in its way. */
export function Progress({ view }: { view: CaseView }) {
  const texts = useSharedTexts().steps;
  return (
    <section aria-label={texts.heading}>
      <Typography.Title level={2} className={styles.documentTitle}>
        {texts.heading}
      </Typography.Title>
      <ol className={styles.progress}>
        {view.progress.map(({ track, state, waits_for }) => (
          <li key={track} className={styles.progressStep}>
            <div className={styles.progressHead}>
              <Typography.Text>{texts.tracks[track]}</Typography.Text>
              <StepTag state={state} />
            </div>
            {waits_for.length > 0 && (
              <Typography.Text type="secondary" className={styles.progressNote}>
                {texts.waitsFor(waits_for.map((each) => texts.tracks[each]))}
              </Typography.Text>
            )}
            {state === "failed" && (
              <Typography.Text className={`${styles.progressNote ?? ""} selectable`}>{reasonOf(view, track)}</Typography.Text>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The office's words about the failure that stands. */
function reasonOf({ timeline }: CaseView, track: Track): string | null {
  return timeline.findLast((entry) => entry.what === "step_failed" && entry.track === track)?.text ?? null;
}
