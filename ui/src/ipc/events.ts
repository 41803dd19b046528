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

function stopOf(listening: Promise<Stop>): Stop {
  return () => void listening.then((stop) => stop());
}
