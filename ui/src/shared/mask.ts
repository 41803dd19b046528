/** What a value is, which decides how much of it may be read at a glance. */
export type MaskKind = "id" | "card" | "phone" | "name";

/** How many characters stay at the start and the end. */
const KEPT: Record<MaskKind, [start: number, end: number]> = {
  id: [3, 4],
  card: [6, 4],
  phone: [3, 4],
  name: [1, 0],
};

export function masked(value: string, kind: MaskKind): string {
  const characters = Array.from(value);
  const [start, end] = KEPT[kind];
  const hidden = characters.length - start - end;
  // Too short to keep anything without giving it away.
  if (hidden < 1) return "*".repeat(characters.length);
  const stars = kind === "name" ? "*" : "*".repeat(hidden);
  return characters.slice(0, start).join("") + stars + characters.slice(characters.length - end).join("");
}
