import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";

import { ApiError, decide } from "../api";
import type { CaseDocument, CaseView, Decision } from "../apiTypes";
import { usePapers } from "../desk/DeskProvider";

/** Decides on the revision on screen. */
export function useDecision(view: CaseView) {
  const client = useQueryClient();
  const [, act] = usePapers(view.case_id);
  // A second click comes before the button is painted as disabled.
  const busy = useRef(false);
  const mutation = useMutation<CaseDocument, unknown, Decision>({
    mutationFn: (decision) => decide(view.case_id, view.rev, decision),
    onSuccess: async () => {
      act({ act: "clear" });
      await Promise.all([
        client.invalidateQueries({ queryKey: ["case", view.case_id] }),
        client.invalidateQueries({ queryKey: ["queue"] }),
      ]);
    },
    onSettled: () => {
      busy.current = false;
    },
  });
  const mutate: typeof mutation.mutate = (decision, options) => {
    if (busy.current) return;
    busy.current = true;
    mutation.mutate(decision, options);
  };
  return { ...mutation, mutate, movedOn: isMovedOn(mutation.error) };
}

export type DecisionMaker = ReturnType<typeof useDecision>;

/** Somebody else decided, or the merchant withdrew. */
function isMovedOn(error: unknown): boolean {
  return error instanceof ApiError && (error.code === "conflict" || error.code === "illegal_move");
}
