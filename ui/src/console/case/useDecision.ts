import { decide } from "../api";
import type { CaseView, Decision } from "../apiTypes";
import { useChange } from "./useChange";

/** Decides on the revision on screen. */
export function useDecision(view: CaseView) {
  return useChange<Decision>(view, (decision) => decide(view.case_id, view.rev, decision), { act: "clear" });
}

export type DecisionMaker = ReturnType<typeof useDecision>;
