import { Button, Typography } from "antd";
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from "react";

import type { PenDevice } from "../../ipc/bindings";
import styles from "./contract.module.css";
import { BLANK, type Drawing, penDown, penMove } from "./strokes";
import { useContractTexts } from "./texts";

/** Size of the pad, in CSS pixels. */
export const PAD = { width: 560, height: 200 };
/** How far an arrow key moves the pen, in CSS pixels. */
const STEP_PX = 6;
const INK = "#10142e";

const MOVES: Partial<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP_PX, 0],
  ArrowRight: [STEP_PX, 0],
  ArrowUp: [0, -STEP_PX],
  ArrowDown: [0, STEP_PX],
};

interface Props {
  drawing: Drawing;
  onDraw: (change: (before: Drawing) => Drawing) => void;
}

/** Where the merchant signs: with a pen, a finger, the mouse or the arrow keys. */
export function SignaturePad({ drawing, onDraw }: Props) {
  const texts = useContractTexts().sign;
  const hint = useId();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isDown, setDown] = useState(false);
  /** Where the pen of the keyboard is; none until a key moves it. */
  const [pen, setPen] = useState<{ x: number; y: number } | null>(null);

  useEffect(() => paint(canvas.current, drawing, pen), [drawing, pen]);

  const place = (event: PointerEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const scale = box.width > 0 ? PAD.width / box.width : 1;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale] as const;
  };
  const down = (event: PointerEvent<HTMLCanvasElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    const [[x, y], device, at] = [place(event), deviceOf(event.pointerType), event.timeStamp];
    setPen(null);
    setDown(true);
    onDraw((before) => penDown(before, device, x, y, at));
  };
  const move = (event: PointerEvent<HTMLCanvasElement>) => {
    if (!isDown || pen) return;
    const [[x, y], at] = [place(event), event.timeStamp];
    onDraw((before) => penMove(before, x, y, at));
  };
  const key = (event: KeyboardEvent<HTMLCanvasElement>) => {
    const [by, at] = [MOVES[event.key], event.timeStamp];
    const from = pen ?? { x: PAD.width / 4, y: PAD.height / 2 };
    if (by) {
      event.preventDefault();
      const within = (value: number, limit: number) => Math.min(limit, Math.max(0, value));
      const to = { x: within(from.x + by[0], PAD.width), y: within(from.y + by[1], PAD.height) };
      setPen(to);
      if (isDown) onDraw((before) => penMove(before, to.x, to.y, at));
    } else if (event.key === " ") {
      event.preventDefault();
      setPen(from);
      if (!isDown) onDraw((before) => penDown(before, "keyboard", from.x, from.y, at));
      setDown(!isDown);
    }
  };
  const count = drawing.strokes.length;
  return (
    <div className={styles.padFrame}>
      <canvas
        ref={canvas}
        className={styles.pad}
        width={PAD.width}
        height={PAD.height}
        // What it is used with is keys and strokes: a screen reader passes both on.
        role="application"
        aria-label={texts.pad}
        aria-describedby={hint}
        tabIndex={0}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={() => setDown(false)}
        onPointerCancel={() => setDown(false)}
        onKeyDown={key}
      />
      <div className={styles.padFoot}>
        <Typography.Text type="secondary" aria-live="polite">
          {count === 0 ? texts.empty : texts.drawn(count)}
          {pen && ` · ${isDown ? texts.penDown : texts.penUp}`}
        </Typography.Text>
        <Button
          disabled={count === 0}
          onClick={() => {
            setDown(false);
            setPen(null);
            onDraw(() => BLANK);
          }}
        >
          {texts.redo}
        </Button>
      </div>
      <Typography.Text id={hint} type="secondary">
        {texts.padHint}
      </Typography.Text>
    </div>
  );
}

function deviceOf(pointerType: string): PenDevice {
  return pointerType === "pen" || pointerType === "touch" ? pointerType : "mouse";
}

function paint(canvas: HTMLCanvasElement | null, drawing: Drawing, pen: { x: number; y: number } | null): void {
  const context = canvas?.getContext("2d");
  if (!context) return;
  context.clearRect(0, 0, PAD.width, PAD.height);
  context.strokeStyle = INK;
  context.fillStyle = INK;
  context.lineWidth = 2.5;
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const line of drawing.strokes) {
    const [first, ...rest] = line;
    if (!first) continue;
    context.beginPath();
    context.moveTo(first.x, first.y);
    for (const point of rest) context.lineTo(point.x, point.y);
    // A dot is a line to itself.
    if (rest.length === 0) context.lineTo(first.x, first.y);
    context.stroke();
  }
  if (pen) {
    context.lineWidth = 1;
    context.strokeRect(pen.x - 4, pen.y - 4, 8, 8);
  }
}
