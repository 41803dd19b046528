import { FeesStep } from "./fees/FeesStep";
import { PhotosStep } from "./photos/PhotosStep";
import { ReviewStep } from "./review/ReviewStep";
import type { StepId } from "./steps";
import { BusinessStep } from "./steps/BusinessStep";
import { KindStep } from "./steps/KindStep";
import { PeopleStep } from "./steps/PeopleStep";
import { PremisesStep } from "./steps/PremisesStep";
import { SettlementStep } from "./steps/SettlementStep";

interface Props {
  step: StepId;
  /** Whether someone is sent to a place of the step, which may be anywhere in it. */
  isSought: boolean;
  onSubmitted: () => void;
}

export function StepBody({ step, isSought, onSubmitted }: Props) {
  switch (step) {
    case "kind_and_products":
      return <KindStep />;
    case "business":
      return <BusinessStep />;
    case "people":
      return <PeopleStep />;
    case "premises":
      return <PremisesStep />;
    case "settlement":
      return <SettlementStep />;
    case "photos":
      return <PhotosStep isSought={isSought} />;
    case "fees":
      return <FeesStep />;
    case "review":
      return <ReviewStep isSought={isSought} onSubmitted={onSubmitted} />;
  }
}
