import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";

import type { Profile } from "../../ipc/bindings";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { readCase, readProfile } from "../api";
import type { CaseView } from "../apiTypes";
import { ErrorOf } from "../ErrorOf";
import { CaseBody } from "./CaseBody";
import styles from "./case.module.css";
import { ReviewProvider, useReviewOf } from "./review";

/** One case. It isn't read anew behind the reviewer's back: what is decided on is what is on screen. */
export function CaseScreen() {
  const { caseId = "" } = useParams();
  const view = useQuery({
    queryKey: ["case", caseId],
    queryFn: () => readCase(caseId),
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

  if (view.isError && !view.data) return <Failed error={view.error} onRetry={() => void view.refetch()} />;
  if (profile.isError) return <Failed error={profile.error} onRetry={() => void profile.refetch()} />;
  if (!view.data || !profile.data) {
    return (
      <div className={styles.waiting}>
        <DelayedSkeleton rows={12} />
      </div>
    );
  }
  return <Case key={caseId} view={view.data} profile={profile.data} onReload={() => view.refetch()} />;
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

function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <div className={styles.waiting}>
      <ErrorOf error={error} onRetry={onRetry} />
    </div>
  );
}
