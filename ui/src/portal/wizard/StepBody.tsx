import { FeesStep } from "./fees/FeesStep";
import { PhotosStep } from "./photos/PhotosStep";
import { ReviewStep } from "./review/ReviewStep";
import type { StepId } from "./steps";
import { BusinessStep } from "./steps/BusinessStep";
import { KindStep } from "./steps/KindStep";
import { PeopleStep } from "./steps/PeopleStep";
import { PremisesStep } from "./steps/PremisesStep";
import { SettlementStep } from "./steps/SettlementStep";

export function StepBody({ step, onSubmitted }: { step: StepId; onSubmitted: () => void }) {
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
      return <PhotosStep />;
    case "fees":
      return <FeesStep />;
    case "review":
      return <ReviewStep onSubmitted={onSubmitted} />;
  }
}
