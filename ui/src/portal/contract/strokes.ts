// A signature as it is drawn: lines of points with their times.

import type { PenDevice, SignatureStrokes, StrokePoint } from "../../ipc/bindings";

export interface Drawing {
  device: PenDevice;
  /** When the pen first touched, by the page's own clock. */
  began_ms: number | null;
  strokes: readonly (readonly StrokePoint[])[];
}

/** Fewer points than any name has: the backend's own limit. */
const MIN_POINTS = 8;

export const BLANK: Drawing = { device: "mouse", began_ms: null, strokes: [] };

/** The pen touches: a new line. What it is first drawn with names the drawing. */
export function penDown(drawing: Drawing, device: PenDevice, x: number, y: number, now_ms: number): Drawing {
  const began_ms = drawing.began_ms ?? now_ms;
  const point = { x, y, t_ms: Math.max(0, Math.round(now_ms - began_ms)) };
  return { device: drawing.strokes.length === 0 ? device : drawing.device, began_ms, strokes: [...drawing.strokes, [point]] };
}

/** The pen moves while it touches. */
export function penMove(drawing: Drawing, x: number, y: number, now_ms: number): Drawing {
  const last = drawing.strokes.at(-1);
  if (!last || drawing.began_ms === null) return drawing;
  const point = { x, y, t_ms: Math.max(0, Math.round(now_ms - drawing.began_ms)) };
  return { ...drawing, strokes: [...drawing.strokes.slice(0, -1), [...last, point]] };
}

export function isEnough(drawing: Drawing): boolean {
  return drawing.strokes.reduce((sum, line) => sum + line.length, 0) >= MIN_POINTS;
}

export function asSignature(drawing: Drawing, width: number, height: number): SignatureStrokes {
  return { device: drawing.device, width, height, strokes: drawing.strokes.map((line) => [...line]) };
}
