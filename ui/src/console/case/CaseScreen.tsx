import { useParams } from "react-router";

import type { Profile } from "../../ipc/bindings";
import { readCase } from "../api";
import type { CaseView } from "../apiTypes";
import { CaseBody } from "./CaseBody";
import { useReading, Waiting } from "./reading";
import { ReviewProvider, useReviewOf } from "./review";

/** One case. */
export function CaseScreen() {
  const { caseId = "" } = useParams();
  const { read, failed, reload } = useReading(["case", caseId], () => readCase(caseId));
  return read ? <Case key={caseId} {...read} onReload={reload} /> : <Waiting failed={failed} />;
}

interface CaseProps {
  view: CaseView;
  profile: Profile;
  onReload: () => Promise<unknown>;
}

function Case({ view, profile, onReload }: CaseProps) {
  const review = useReviewOf(view, profile);
  return (
    <ReviewProvider value={review}>
      <CaseBody onReload={onReload} />
    </ReviewProvider>
  );
}
