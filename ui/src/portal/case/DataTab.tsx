import { Typography } from "antd";

import type { CaseView, Profile } from "../../ipc/bindings";
import { summaryOf } from "../wizard/review/summary";
import { SummaryList } from "../wizard/review/SummaryList";
import { useNamesFor } from "../wizard/review/useSummaryNames";
import { STEPS } from "../wizard/steps";
import { useTexts } from "../wizard/texts";
import styles from "./case.module.css";

/** What was filled in, to be read; personal numbers are hidden until asked for. */
export function DataTab({ view, profile }: { view: CaseView; profile: Profile }) {
  const texts = useTexts();
  const names = useNamesFor(profile, view.requirements);
  return (
    <div className={styles.stack}>
      {STEPS.map((step) => {
        const lines = summaryOf(step, view.dossier, names);
        if (lines.length === 0) return null;
        return (
          <section key={step} aria-label={texts.steps[step]}>
            <Typography.Title level={2} className={styles.documentTitle}>
              {texts.steps[step]}
            </Typography.Title>
            <SummaryList lines={lines} isMasked />
          </section>
        );
      })}
    </div>
  );
}
