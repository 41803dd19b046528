import { Button, Descriptions } from "antd";

import { useDossier, useWizard } from "../draft/context";
import { Section } from "../fields/Section";
import type { StepId } from "../steps";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";
import { PhotoStrip } from "./PhotoStrip";
import { summaryOf } from "./summary";
import { useSummaryNames } from "./useSummaryNames";

const FIRST_PLACE: Record<StepId, string> = {
  kind_and_products: "/kind",
  business: "/business",
  people: "/legal_person",
  premises: "/shop",
  settlement: "/settlement",
  photos: "/attachments",
  fees: "/fees",
  review: "/consents",
};

/** What one step holds, as it will be sent. */
export function StepSummary({ step }: { step: StepId }) {
  const texts = useTexts();
  const { jump } = useWizard();
  const dossier = useDossier();
  const names = useSummaryNames();
  const edit = (
    <Button
      size="small"
      aria-label={texts.review.edit(texts.steps[step])}
      onClick={() => {
        jump({ pointer: FIRST_PLACE[step] });
      }}
    >
      {texts.review.change}
    </Button>
  );
  return (
    <Section title={texts.steps[step]} extra={edit}>
      {step === "photos" ? (
        <PhotoStrip attachments={dossier.attachments} />
      ) : (
        <Descriptions
          className={styles.summary}
          size="small"
          column={{ xs: 1, sm: 1, md: 2 }}
          items={summaryOf(step, dossier, names).map(({ pointer, label, text }) => ({
            key: pointer,
            label,
            children: <span className="selectable">{text === "" ? texts.review.empty : text}</span>,
          }))}
        />
      )}
    </Section>
  );
}
