// Under which keys the window keeps what it has read, and which of them a change makes old.

import type { QueryClient } from "@tanstack/react-query";

import type { CaseId, CaseQuery, Changed } from "./bindings";
import { setProgress } from "./progress";

export const keys = {
  info: ["info"],
  safety: ["safety"],
  selfcheck: ["selfcheck"],
  settings: ["settings"],
  session: ["session"],
  workbench: ["workbench"],
  caseLists: ["cases"],
  caseList: (query: Omit<CaseQuery, "after">) => ["cases", query],
  cases: ["case"],
  case: (caseId: CaseId) => ["case", caseId],
  /** Below its case: what changes the case makes it old. */
  contract: (caseId: CaseId) => ["case", caseId, "contract"],
  outbox: ["outbox"],
  /** The slot that waits for a phone's photos. */
  phone: ["phone"],
  /** The scanner's folder that is watched. */
  scanner: ["scanner"],
  /** Tables that stay the same while the program runs. */
  reference: (table: "profile" | "divisions" | "mcc" | "banks") => ["reference", table],
} as const;

/** Marks as old whatever `changed` names. */
export function applyChange(client: QueryClient, changed: Changed): void {
  for (const queryKey of oldAfter(changed)) void client.invalidateQueries({ queryKey });
  if (changed.changed === "progress") setProgress(changed);
}

function oldAfter(changed: Changed): readonly (readonly unknown[])[] {
  const { session, settings, workbench, caseLists, cases, outbox, phone, scanner, safety } = keys;
  switch (changed.changed) {
    case "session":
      return [session, settings, workbench, caseLists, cases, outbox, phone, scanner, safety];
    case "settings":
      return [settings];
    case "case":
      return [keys.case(changed.case_id), caseLists, workbench, safety];
    case "phone":
      return [phone];
    case "scanner":
      return [scanner];
    case "outbox":
      return [outbox, safety, caseLists, workbench];
    case "progress":
      return [];
  }
}
