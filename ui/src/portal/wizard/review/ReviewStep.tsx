import { Typography } from "antd";

import { Below } from "../Below";
import { useCaseView } from "../draft/context";
import { Section } from "../fields/Section";
import { STEPS } from "../steps";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";
import { Consents } from "./Consents";
import { ProblemList } from "./ProblemList";
import { StepSummary } from "./StepSummary";
import { SubmitPanel } from "./SubmitPanel";

const SUMMED_UP = STEPS.filter((step) => step !== "review");
/** More than a screen has room for, without the problems that may be above. */
const FIRST_STEPS = SUMMED_UP.slice(0, 3);
const OTHER_STEPS = SUMMED_UP.slice(FIRST_STEPS.length);

/** Everything on one page, with every problem a link, before it is submitted. */
export function ReviewStep({ isSought, onSubmitted }: { isSought: boolean; onSubmitted: () => void }) {
  const texts = useTexts();
  const { editing } = useCaseView();
  return (
    <>
      <section className={styles.section} aria-label={texts.review.heading}>
        <Typography.Title level={2} className={styles.sectionTitle}>
          {texts.review.heading}
        </Typography.Title>
        <ProblemList />
      </section>
      {FIRST_STEPS.map((step) => (
        <StepSummary key={step} step={step} />
      ))}
      <Below atOnce={isSought}>
        {OTHER_STEPS.map((step) => (
          <StepSummary key={step} step={step} />
        ))}
        <Section title={texts.review.consents}>
          <Consents />
        </Section>
        {editing.mode !== "nothing" && <SubmitPanel onSubmitted={onSubmitted} />}
      </Below>
    </>
  );
}
