/**
 * Entries grouped by their pointer. A group equal to the one before keeps its identity, so that only the fields
 * whose entries changed are painted again.
 */
export function indexByPointer<T extends { pointer: string }>(
  entries: readonly T[],
  before?: ReadonlyMap<string, readonly T[]>,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const entry of entries) {
    const group = groups.get(entry.pointer);
    if (group) group.push(entry);
    else groups.set(entry.pointer, [entry]);
  }
  const kept = new Map<string, readonly T[]>();
  for (const [pointer, group] of groups) {
    const old = before?.get(pointer);
    kept.set(pointer, old && JSON.stringify(old) === JSON.stringify(group) ? old : group);
  }
  return kept;
}
