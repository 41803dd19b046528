import { useSearchParams } from "react-router";

import type { CaseSort, CaseStatus } from "../../ipc/bindings";
import { zh } from "../../shared/texts/zh";

export interface Filters {
  text: string;
  status: CaseStatus | null;
  sort: CaseSort;
}

const SORTS: readonly CaseSort[] = ["updated", "name", "urgency"];
const STATUSES = Object.keys(zh.status) as CaseStatus[];

/** Filters and order of the list, kept in the address so that going back finds them. */
export function useFilters(): [Filters, (change: Partial<Filters>) => void] {
  const [params, setParams] = useSearchParams();
  const filters: Filters = {
    text: params.get("text") ?? "",
    status: STATUSES.find((status) => status === params.get("status")) ?? null,
    sort: SORTS.find((sort) => sort === params.get("sort")) ?? "updated",
  };
  const change = (part: Partial<Filters>) => {
    const next = { ...filters, ...part };
    setParams(
      {
        ...(next.text && { text: next.text }),
        ...(next.status && { status: next.status }),
        ...(next.sort !== "updated" && { sort: next.sort }),
      },
      { replace: true },
    );
  };
  return [filters, change];
}

export { SORTS, STATUSES };
