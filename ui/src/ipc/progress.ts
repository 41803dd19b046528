// Bytes sent, per operation: kept apart so that a moving bar paints one bar.

import { useSyncExternalStore } from "react";

import type { OpId } from "./bindings";

export interface Progress {
  bytes_sent: number;
  bytes_total: number;
  bytes_per_s: number | null;
  seconds_left: number | null;
}

const latest = new Map<OpId, Progress>();
const listeners = new Set<() => void>();

export function setProgress({ op_id, ...progress }: Progress & { op_id: OpId }): void {
  latest.set(op_id, progress);
  for (const listener of listeners) listener();
}

/** The newest figures of an operation; `known` until the first event. */
export function useProgress(op_id: OpId, known: Progress): Progress {
  const moved = useSyncExternalStore(subscribe, () => latest.get(op_id));
  // A retry begins anew: what was read last may be newer than the last event.
  return moved && moved.bytes_sent >= known.bytes_sent ? moved : known;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
