import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";

import type { Profile } from "../../ipc/bindings";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { readApproval, readProfile } from "../api";
import type { ApprovalView, CaseView } from "../apiTypes";
import styles from "../case/case.module.css";
import { Comparison } from "../case/Comparison";
import { ReviewProvider, useReviewOf } from "../case/review";
import { ErrorOf } from "../ErrorOf";
import { ApprovalHeader } from "./ApprovalHeader";

/** One submission before it is received. What is decided about is what is on screen. */
export function ApprovalScreen() {
  const { opId = "" } = useParams();
  const view = useQuery({
    queryKey: ["approval", opId],
    queryFn: () => readApproval(opId),
    gcTime: 0,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const profileId = view.data?.profile.id;
  const profile = useQuery({
    queryKey: ["profile", profileId],
    queryFn: () => readProfile(profileId ?? ""),
    enabled: profileId !== undefined,
    staleTime: Infinity,
  });
  const failed = [view, profile].find((query) => query.isError && query.data === undefined);
  return (
    <div className={styles.screen}>
      {view.data && profile.data ? (
        <Submission key={opId} view={view.data} profile={profile.data} />
      ) : (
        <div className={styles.waiting}>
          {failed ? (
            <ErrorOf error={failed.error} onRetry={() => void failed.refetch()} />
          ) : (
            <DelayedSkeleton rows={12} />
          )}
        </div>
      )}
    </div>
  );
}

function Submission({ view, profile }: { view: ApprovalView; profile: Profile }) {
  const review = useReviewOf(asCase(view), profile, view.op_id);
  return (
    <ReviewProvider value={review}>
      <ApprovalHeader view={view} />
      <Comparison />
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
  };
}
