import { Typography } from "antd";

import { useCaseView } from "../draft/context";
import { Section } from "../fields/Section";
import { STEPS } from "../steps";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";
import { Consents } from "./Consents";
import { ProblemList } from "./ProblemList";
import { StepSummary } from "./StepSummary";
import { SubmitPanel } from "./SubmitPanel";

/** Everything on one page, with every problem a link, before it is submitted. */
export function ReviewStep({ onSubmitted }: { onSubmitted: () => void }) {
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
      {STEPS.filter((step) => step !== "review").map((step) => (
        <StepSummary key={step} step={step} />
      ))}
      <Section title={texts.review.consents}>
        <Consents />
      </Section>
      {editing.mode !== "nothing" && <SubmitPanel onSubmitted={onSubmitted} />}
    </>
  );
}
