import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";

import { readQueue } from "../api";
import type { QueueLine, QueueQuery } from "../apiTypes";

const PAGE = 100;
const REFRESH_MS = 15_000;

export const STATES = ["in_review", "returned", "accepted", "rejected", "withdrawn", "all"] as const;
export type StateFilter = (typeof STATES)[number];
export const ROUNDS = ["any", "first", "again"] as const;
export type RoundFilter = (typeof ROUNDS)[number];

export interface Filters {
  state: StateFilter;
  round: RoundFilter;
  name: string;
}

export const NO_FILTERS: Filters = { state: "in_review", round: "any", name: "" };

/** The filters of the address, so that going back and reloading keep them. */
export function useFilters(): [Filters, (filters: Filters) => void] {
  const [parameters, setParameters] = useSearchParams();
  const filters: Filters = {
    state: STATES.find((each) => each === parameters.get("state")) ?? NO_FILTERS.state,
    round: ROUNDS.find((each) => each === parameters.get("round")) ?? NO_FILTERS.round,
    name: parameters.get("name") ?? NO_FILTERS.name,
  };
  const change = (next: Filters) => {
    const set = Object.entries(next).filter(([name, value]) => value !== NO_FILTERS[name as keyof Filters]);
    setParameters(new URLSearchParams(set as [string, string][]), { replace: true });
  };
  return [filters, change];
}

/** The queue, oldest submission first, read again every 15 s. */
export function useQueue({ state, round, name }: Filters) {
  const query: QueueQuery = { name, limit: PAGE, ...(state !== "in_review" && { filter: state }) };
  const pages = useInfiniteQuery({
    queryKey: ["queue", query],
    queryFn: ({ pageParam }) => readQueue(pageParam === null ? query : { ...query, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: REFRESH_MS,
  });
  const all = pages.data?.pages.flatMap((page) => page.cases) ?? [];
  const now_ms = pages.data?.pages.at(-1)?.now_ms ?? 0;
  return { pages, lines: all.filter((line) => isOf(line, round)), now_ms };
}

function isOf({ round }: QueueLine, filter: RoundFilter): boolean {
  switch (filter) {
    case "any":
      return true;
    case "first":
      return round === 1;
    case "again":
      return round > 1;
  }
}
