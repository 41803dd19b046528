import { type MutateOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";

import { ApiError } from "../api";
import type { CaseDocument, CaseView } from "../apiTypes";
import type { Act } from "../desk/desk";
import { usePapers } from "../desk/DeskProvider";

type Mutate<T> = (change: T, options?: MutateOptions<CaseDocument, unknown, T>) => void;

/** Changes the revision on screen with `send`; once the backend took it, `taken` happens to what lies on the desk. */
export function useChange<T>(view: CaseView, send: (change: T) => Promise<CaseDocument>, taken: Act) {
  const client = useQueryClient();
  const [, act] = usePapers(view.case_id);
  // A second click comes before the button is painted as disabled.
  const busy = useRef(false);
  const mutation = useMutation<CaseDocument, unknown, T>({
    mutationFn: send,
    onSuccess: async () => {
      act(taken);
      await Promise.all([
        client.invalidateQueries({ queryKey: ["case", view.case_id] }),
        client.invalidateQueries({ queryKey: ["queue"] }),
      ]);
    },
    onSettled: () => {
      busy.current = false;
    },
  });
  // Its own type can't tell that a change is never undefined.
  const start = mutation.mutate as Mutate<T>;
  const mutate: Mutate<T> = (change, options) => {
    if (busy.current) return;
    busy.current = true;
    start(change, options);
  };
  return { ...mutation, mutate, movedOn: isMovedOn(mutation.error) };
}

/** Somebody else changed the case first, or the merchant withdrew. */
function isMovedOn(error: unknown): boolean {
  return error instanceof ApiError && (error.code === "conflict" || error.code === "illegal_move");
}
