// JSON pointers into the case document. Values are replaced, never changed in place, so that a reference tells
// whether something changed.

import type { Dossier } from "../../../ipc/bindings";

/** The value at `pointer`; undefined where the document has no such place. */
export function valueAt(document: Dossier, pointer: string): unknown {
  let value: unknown = document;
  for (const segment of segments(pointer)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[segment];
  }
  return value;
}

/** The document with `value` at `pointer`; unchanged where the place above it is gone (a removed list entry). */
export function withValueAt(document: Dossier, pointer: string, value: unknown): Dossier {
  return replaced(document, segments(pointer), value) as Dossier;
}

/** Whether `pointer` is `base` or lies below it. */
export function isWithin(pointer: string, base: string): boolean {
  return pointer === base || pointer.startsWith(`${base}/`);
}

/** The pointer with list positions replaced by 0: what rules and labels are written for. */
export function generalPointer(pointer: string): string {
  return pointer.replace(/\/\d+(?=\/|$)/g, "/0");
}

function segments(pointer: string): string[] {
  return pointer.split("/").slice(1);
}

function replaced(at: unknown, path: string[], value: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (typeof at !== "object" || at === null) return at;
  if (Array.isArray(at)) {
    const index = Number(head);
    return index in at ? at.map((item: unknown, i) => (i === index ? replaced(item, rest, value) : item)) : at;
  }
  const members = at as Record<string, unknown>;
  const present = members[head];
  if (present === undefined && rest.length > 0) return at;
  return { ...members, [head]: replaced(present, rest, value) };
}
