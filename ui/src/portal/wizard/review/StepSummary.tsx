import { Button } from "antd";

import { useDossier, useWizard } from "../draft/context";
import { Section } from "../fields/Section";
import type { StepId } from "../steps";
import { useTexts } from "../texts";
import { PhotoStrip } from "./PhotoStrip";
import { SummaryList } from "./SummaryList";
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
        <SummaryList lines={summaryOf(step, dossier, names)} />
      )}
    </Section>
  );
}
