// What is decided on is what is on screen: read once, and not anew behind the back of who looks at it.

import { useQuery } from "@tanstack/react-query";

import type { Profile } from "../../ipc/bindings";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { readProfile } from "../api";
import { ErrorOf } from "../ErrorOf";
import styles from "./case.module.css";

interface Reading<T> {
  /** Both, once both are there. */
  read: { view: T; profile: Profile } | null;
  failed: { error: unknown; retry: () => void } | null;
  reload: () => Promise<unknown>;
}

/** Something with a document, and the profile that the document was made with. */
export function useReading<T extends { profile: { id: string } }>(
  key: readonly string[],
  ask: () => Promise<T>,
): Reading<T> {
  const view = useQuery({
    queryKey: key,
    queryFn: ask,
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
  const wrong = [view, profile].find((query) => query.isError && query.data === undefined);
  return {
    read: view.data && profile.data ? { view: view.data, profile: profile.data } : null,
    failed: wrong ? { error: wrong.error, retry: () => void wrong.refetch() } : null,
    reload: () => view.refetch(),
  };
}

/** In the place of what isn't there yet, or can't be had. */
export function Waiting({ failed }: Pick<Reading<unknown>, "failed">) {
  return (
    <div className={styles.waiting}>
      {failed ? <ErrorOf error={failed.error} onRetry={failed.retry} /> : <DelayedSkeleton rows={12} />}
    </div>
  );
}
