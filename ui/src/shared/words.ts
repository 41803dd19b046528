/** Characters as the limits count them, by code points: a rare character of a name is one. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** Whether words of one's own, without the spaces around them, exceed so many characters. */
export function isTooLong(text: string, max: number): boolean {
  return lengthOf(text.trim()) > max;
}
