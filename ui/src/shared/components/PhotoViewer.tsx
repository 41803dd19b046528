import { ExpandOutlined, RotateRightOutlined, ZoomInOutlined, ZoomOutOutlined } from "@ant-design/icons";
import { Button, Tooltip, Typography } from "antd";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";

import { useSharedTexts } from "../texts";
import styles from "./photo.module.css";

interface View {
  zoom: number;
  /** Quarter turns, clockwise. */
  turns: number;
  x_px: number;
  y_px: number;
}

const FIT: View = { zoom: 1, turns: 0, x_px: 0, y_px: 0 };
const ZOOM_STEP = 1.25;
const MAX_ZOOM = 8;
const MOVE_PX = 60;

interface Props {
  src: string;
  /** What the photo shows. */
  name: string;
  /** Drawn over the photo: it moves, turns and grows with it. */
  marks?: ReactNode;
  /** Turns the photo itself by 90°, where it may be changed; otherwise only the view turns. */
  onTurn?: () => void;
}

/** A photo to be read closely: zoomed, turned and moved by mouse or keyboard. */
export function PhotoViewer(props: Props) {
  return <Stage key={props.src} {...props} />;
}

function Stage({ src, name, marks, onTurn }: Props) {
  const texts = useSharedTexts().photo;
  const [view, setView] = useState(FIT);
  const [failed, setFailed] = useState(false);
  const dragged = useRef<{ x_px: number; y_px: number } | null>(null);

  const zoom = (factor: number) => setView((v) => ({ ...v, zoom: Math.min(MAX_ZOOM, Math.max(1, v.zoom * factor)) }));
  const move = (x_px: number, y_px: number) => setView((v) => ({ ...v, x_px: v.x_px + x_px, y_px: v.y_px + y_px }));
  const rotate = onTurn ?? (() => setView((v) => ({ ...v, turns: v.turns + 1 })));
  const fit = () => setView(FIT);

  const keys: Record<string, () => void> = {
    "+": () => zoom(ZOOM_STEP),
    "=": () => zoom(ZOOM_STEP),
    "-": () => zoom(1 / ZOOM_STEP),
    r: rotate,
    R: rotate,
    "0": fit,
    ArrowLeft: () => move(MOVE_PX, 0),
    ArrowRight: () => move(-MOVE_PX, 0),
    ArrowUp: () => move(0, MOVE_PX),
    ArrowDown: () => move(0, -MOVE_PX),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const onPointerMove = (event: PointerEvent) => {
    if (!dragged.current) return;
    move(event.clientX - dragged.current.x_px, event.clientY - dragged.current.y_px);
    dragged.current = { x_px: event.clientX, y_px: event.clientY };
  };
  const transform = `translate(${view.x_px}px, ${view.y_px}px) rotate(${view.turns * 90}deg) scale(${view.zoom})`;
  const tools = [
    { label: texts.zoomIn, icon: <ZoomInOutlined aria-hidden />, act: () => zoom(ZOOM_STEP) },
    { label: texts.zoomOut, icon: <ZoomOutOutlined aria-hidden />, act: () => zoom(1 / ZOOM_STEP) },
    { label: onTurn ? texts.turn : texts.rotate, icon: <RotateRightOutlined aria-hidden />, act: rotate },
    { label: texts.fit, icon: <ExpandOutlined aria-hidden />, act: fit },
  ];

  return (
    <section className={styles.viewer} aria-label={texts.label(name)} onKeyDown={onKeyDown}>
      <div
        className={styles.stage}
        tabIndex={0}
        role="group"
        aria-label={texts.keys}
        onWheel={(event) => zoom(event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          dragged.current = { x_px: event.clientX, y_px: event.clientY };
        }}
        onPointerMove={onPointerMove}
        onPointerUp={() => (dragged.current = null)}
        onPointerCancel={() => (dragged.current = null)}
      >
        {failed ? (
          <Typography.Text type="danger" role="alert">
            {texts.failed}
          </Typography.Text>
        ) : (
          <div className={styles.picture} style={{ transform }}>
            <img src={src} alt={name} draggable={false} onError={() => setFailed(true)} />
            {marks}
          </div>
        )}
      </div>
      <div className={styles.tools}>
        {tools.map(({ label, icon, act }) => (
          <Tooltip key={label} title={label}>
            <Button type="text" aria-label={label} icon={icon} onClick={act} />
          </Tooltip>
        ))}
      </div>
    </section>
  );
}
