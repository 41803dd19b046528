import { useParams } from "react-router";

import type { Profile } from "../../ipc/bindings";
import { readApproval } from "../api";
import type { ApprovalView, CaseView } from "../apiTypes";
import styles from "../case/case.module.css";
import { Comparison } from "../case/Comparison";
import { useReading, Waiting } from "../case/reading";
import { ReviewProvider, useReviewOf } from "../case/review";
import { ApprovalHeader } from "./ApprovalHeader";

/** One submission before it is received. */
export function ApprovalScreen() {
  const { opId = "" } = useParams();
  const { read, failed } = useReading(["approval", opId], () => readApproval(opId));
  return read ? <Submission key={opId} {...read} /> : <Waiting failed={failed} />;
}

function Submission({ view, profile }: { view: ApprovalView; profile: Profile }) {
  const review = useReviewOf(asCase(view), profile, view.op_id);
  return (
    <ReviewProvider value={review}>
      <div className={styles.screen}>
        <ApprovalHeader view={view} />
        <Comparison />
      </div>
    </ReviewProvider>
  );
}

/** The submission as the round that it would be. */
function asCase({ case_id, profile, dossier, previous, requirements, problems, asked_at_ms }: ApprovalView): CaseView {
  const round = { round: (previous?.round ?? 0) + 1, submitted_at_ms: asked_at_ms, dossier };
  return {
    case_id,
    rev: 0,
    tracks: {
      review: previous ? "returned" : "not_submitted",
      verification: "waiting",
      contract: "waiting",
      settlement: "waiting",
      channel_registration: "waiting",
      terminals: "waiting",
      training: "waiting",
      activation: "waiting",
    },
    profile,
    dossier,
    rounds: previous ? [previous, round] : [round],
    updated_at_ms: asked_at_ms,
    requirements,
    problems,
    photos: [],
    progress: [],
    steps: [],
  };
}
