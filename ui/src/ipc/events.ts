// What the shell says by itself: something changed, or the window is to be closed.

import { listen } from "@tauri-apps/api/event";

import type { Changed, HandedFile, SafetyView } from "./bindings";

type Stop = () => void;

/** Calls `heard` for every change until the answer is called. */
export function onChanged(heard: (changed: Changed) => void): Stop {
  return stopOf(listen<Changed>("portal", ({ payload }) => heard(payload)));
}

/** Calls `asked` when the window is to be closed while work exists only on this computer. */
export function onCloseRequested(asked: (safety: SafetyView) => void): Stop {
  return stopOf(listen<SafetyView>("close-requested", ({ payload }) => asked(payload)));
}

/** Files dragged over the window; places are in CSS pixels of the page. */
export type Drag =
  | { kind: "over"; x: number; y: number }
  | { kind: "drop"; x: number; y: number; fromFolder: boolean; files: readonly HandedFile[] | null }
  /** They are no longer over the window. */
  | { kind: "left" };

/** Calls `heard` while files are dragged over the window, until the answer is called. */
export function onDrag(heard: (drag: Drag) => void): Stop {
  interface Place {
    x: number;
    y: number;
  }
  // Windows counts in the screen's pixels, WebKit in the page's.
  const scale = navigator.userAgent.includes("Windows") ? window.devicePixelRatio : 1;
  const at = ({ x, y }: Place): Place => ({ x: x / scale, y: y / scale });
  const stops = [
    stopOf(listen<{ position: Place }>("tauri://drag-over", ({ payload }) => heard({ kind: "over", ...at(payload.position) }))),
    stopOf(
      listen<Place & { from_folder: boolean; files: HandedFile[] | null }>("files-dropped", ({ payload }) =>
        heard({ kind: "drop", ...at(payload), fromFolder: payload.from_folder, files: payload.files }),
      ),
    ),
    stopOf(listen("tauri://drag-leave", () => heard({ kind: "left" }))),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function stopOf(listening: Promise<Stop>): Stop {
  return () => void listening.then((stop) => stop());
}
