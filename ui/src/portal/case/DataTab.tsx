import { Descriptions } from "antd";

import type { CaseView, Profile } from "../../ipc/bindings";
import { MaskedValue } from "../../shared/components/MaskedValue";
import { type SummaryLine, summaryOf } from "../wizard/review/summary";
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
          <Descriptions
            key={step}
            title={texts.steps[step]}
            size="small"
            column={{ xs: 1, sm: 1, md: 1, lg: 2 }}
            items={lines.map((line) => ({ key: line.pointer, label: line.label, children: <Value line={line} /> }))}
          />
        );
      })}
    </div>
  );
}

function Value({ line: { text, mask, label } }: { line: SummaryLine }) {
  const texts = useTexts();
  if (text === "") return <span className={styles.empty}>{texts.review.empty}</span>;
  if (mask) return <MaskedValue value={text} kind={mask} label={label} />;
  return <span className="selectable">{text}</span>;
}
