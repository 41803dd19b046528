// What screens read, and how long they believe it. The shell's event says when it is old.

import { QueryClient, useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { type CaseId, type CaseQuery, commands, type SessionView } from "../ipc/bindings";
import { keys } from "../ipc/keys";

/** Rows of a list read at once. */
const PAGE_ROWS = 100;

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // The shell is in the same process and says what changed: no polling, no second try behind the user's back.
      queries: { staleTime: Infinity, retry: false, refetchOnWindowFocus: false, networkMode: "always" },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}

/** Reads what the first screen shows before there is one, so that it is painted whole and once. */
export async function readFirstScreen(client: QueryClient): Promise<void> {
  // What can't be read is asked for again by the screen that needs it, which has a place to say so.
  const read = <T>(queryKey: readonly unknown[], queryFn: () => Promise<T>) =>
    client.query({ queryKey, queryFn }).catch(() => undefined);
  await Promise.all([read(keys.session, commands.sessionState), read(keys.info, commands.appInfo)]);
  const phase = client.getQueryData<SessionView>(keys.session)?.phase;
  if (phase !== "guest" && phase !== "open") return;
  await Promise.all([
    read(keys.workbench, commands.workbenchShow),
    read(keys.safety, commands.appSafety),
    read(keys.outbox, commands.outboxShow),
  ]);
}

export const useAppInfo = () => useQuery({ queryKey: keys.info, queryFn: commands.appInfo });

export const useSettings = () => useQuery({ queryKey: keys.settings, queryFn: commands.settingsRead });

export const useSession = () => useQuery({ queryKey: keys.session, queryFn: commands.sessionState });

export const useSafety = () => useQuery({ queryKey: keys.safety, queryFn: commands.appSafety });

export const useWorkbench = () => useQuery({ queryKey: keys.workbench, queryFn: commands.workbenchShow });

export const useOutbox = () => useQuery({ queryKey: keys.outbox, queryFn: commands.outboxShow });

export const usePhone = (enabled: boolean) =>
  useQuery({ queryKey: keys.phone, queryFn: commands.phoneShow, enabled });

/** Forgotten with the step that shows it: what came is for whoever waits now. */
export const useScannerView = (enabled: boolean) =>
  useQuery({ queryKey: keys.scanner, queryFn: commands.scannerShow, enabled, gcTime: 0 });

export const useSelfcheck = () =>
  useQuery({ queryKey: keys.selfcheck, queryFn: commands.appSelfcheck, staleTime: 0, gcTime: 0 });

export const useCase = (caseId: CaseId) =>
  useQuery({ queryKey: keys.case(caseId), queryFn: () => commands.caseShow(caseId) });

export const useProfile = () =>
  useQuery({ queryKey: keys.reference("profile"), queryFn: commands.referenceProfile, gcTime: Infinity });

export const useDivisions = () =>
  useQuery({ queryKey: keys.reference("divisions"), queryFn: commands.referenceDivisions, gcTime: Infinity });

export const useMcc = () =>
  useQuery({ queryKey: keys.reference("mcc"), queryFn: commands.referenceMcc, gcTime: Infinity });

export const useBanks = () =>
  useQuery({ queryKey: keys.reference("banks"), queryFn: commands.referenceBanks, gcTime: Infinity });

/** The cases that match, page by page. */
export function useCaseList(query: Pick<CaseQuery, "text" | "status" | "sort">) {
  const whole = { ...query, limit: PAGE_ROWS };
  return useInfiniteQuery({
    queryKey: keys.caseList(whole),
    queryFn: ({ pageParam }) => commands.caseList({ ...whole, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });
}
