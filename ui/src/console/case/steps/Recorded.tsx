import { Typography } from "antd";

import { useFormat } from "../../../shared/i18n/format";
import type { StepDone, StepRecord } from "../../apiTypes";
import { useConsoleTexts } from "../../texts";
import type { StepsTexts } from "../../texts/stepsZh";
import styles from "./steps.module.css";

/** What was recorded of a step, by whom and when. */
export function Recorded({ record: { at_ms, by, report, issued } }: { record: StepRecord }) {
  const texts = useConsoleTexts().steps;
  const format = useFormat();
  return (
    <div className={styles.recorded}>
      <Typography.Text type="secondary">
        {report.result === "reopened" && `${texts.reopened} · `}
        {texts.recorded(by ?? null, format.time(at_ms))}
        {issued && <span className="selectable"> · {issued.number}</span>}
      </Typography.Text>
      {report.result === "failed" && <div className="selectable">{texts.because(report.text)}</div>}
      {report.result === "done" &&
        factsOf(report.done, texts).map((fact, index) => (
          // Facts have nothing of their own but their place.
          <div key={index} className="selectable">
            {fact}
          </div>
        ))}
    </div>
  );
}

function factsOf(done: StepDone, texts: StepsTexts): string[] {
  switch (done.track) {
    case "terminals":
      return [
        ...done.terminals.map(({ model, serial }) => `${model} · ${serial}`),
        texts.factOf(texts.accessories, done.accessories),
      ];
    case "training":
      return [
        `${done.trainee} · ${done.trained_on}`,
        texts.factOf(texts.topics, texts.listed(done.topics.map((topic) => texts.topicNames[topic]))),
      ];
    case "activation":
      return [texts.factOf(texts.merchantNumber, done.merchant_number)];
    default:
      return done.note === "" ? [] : [done.note];
  }
}
