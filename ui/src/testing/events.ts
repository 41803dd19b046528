// Stands in for src/ipc/events: a test says what the shell says.

import type { Changed, SafetyView } from "../ipc/bindings";
import type { Drag } from "../ipc/events";

const changes = new Set<(changed: Changed) => void>();
const closings = new Set<(safety: SafetyView) => void>();

const drags = new Set<(drag: Drag) => void>();

export function onChanged(heard: (changed: Changed) => void): () => void {
  changes.add(heard);
  return () => changes.delete(heard);
}

export function onCloseRequested(asked: (safety: SafetyView) => void): () => void {
  closings.add(asked);
  return () => closings.delete(asked);
}

export function sayChanged(changed: Changed): void {
  for (const heard of changes) heard(changed);
}

export function sayCloseRequested(safety: SafetyView): void {
  for (const asked of closings) asked(safety);
}

export function onDrag(heard: (drag: Drag) => void): () => void {
  drags.add(heard);
  return () => drags.delete(heard);
}

export function sayDrag(drag: Drag): void {
  for (const heard of drags) heard(drag);
}
