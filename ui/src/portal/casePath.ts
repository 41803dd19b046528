import type { CaseLine } from "../ipc/bindings";

/** Where a case opens: what is still being filled in, in the form; everything else on its page. */
export function casePath({ case_id, status }: Pick<CaseLine, "case_id" | "status">): string {
  const page = `/cases/${case_id}`;
  return status === "draft" || status === "photos_missing" ? `${page}/edit` : page;
}
