// What the shell says by itself: something changed, or the window is to be closed.

import { listen } from "@tauri-apps/api/event";

import type { Changed, SafetyView } from "./bindings";

type Stop = () => void;

/** Calls `heard` for every change until the answer is called. */
export function onChanged(heard: (changed: Changed) => void): Stop {
  return stopOf(listen<Changed>("portal", ({ payload }) => heard(payload)));
}

/** Calls `asked` when the window is to be closed while work exists only on this computer. */
export function onCloseRequested(asked: (safety: SafetyView) => void): Stop {
  return stopOf(listen<SafetyView>("close-requested", ({ payload }) => asked(payload)));
}

/** Files dragged over the window: where, in CSS pixels of the page. */
export type Drag =
  | { kind: "over" | "drop"; x: number; y: number; names: readonly string[] }
  /** They are no longer over the window. */
  | { kind: "left" };

/** Calls `heard` while files are dragged over the window, until the answer is called. */
export function onDrag(heard: (drag: Drag) => void): Stop {
  interface Place {
    paths?: string[];
    position: { x: number; y: number };
  }
  // Windows counts in the screen's pixels, WebKit in the page's.
  const scale = navigator.userAgent.includes("Windows") ? window.devicePixelRatio : 1;
  const at = (kind: "over" | "drop", { paths = [], position }: Place): Drag => ({
    kind,
    x: position.x / scale,
    y: position.y / scale,
    names: paths.map((path) => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1)),
  });
  const stops = [
    stopOf(listen<Place>("tauri://drag-over", ({ payload }) => heard(at("over", payload)))),
    stopOf(listen<Place>("tauri://drag-drop", ({ payload }) => heard(at("drop", payload)))),
    stopOf(listen("tauri://drag-leave", () => heard({ kind: "left" }))),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function stopOf(listening: Promise<Stop>): Stop {
  return () => void listening.then((stop) => stop());
}
