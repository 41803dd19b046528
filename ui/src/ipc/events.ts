// What the shell says by itself: something changed, or the window is to be closed.

import { listen } from "@tauri-apps/api/event";

import type { Changed, SafetyView } from "./bindings";

type Stop = () => void;

/** Calls `heard` for every change until the answer is called. */
export function onChanged(heard: (changed: Changed) => void): Stop {
  return subscribe<Changed>("portal", heard);
}

/** Calls `asked` when the window is to be closed while work exists only on this computer. */
export function onCloseRequested(asked: (safety: SafetyView) => void): Stop {
  return subscribe<SafetyView>("close-requested", asked);
}

function subscribe<T>(event: string, heard: (payload: T) => void): Stop {
  let stopped = false;
  let unlisten: Stop = () => undefined;
  void listen<T>(event, ({ payload }) => {
    if (!stopped) heard(payload);
  }).then((stop) => {
    if (stopped) stop();
    else unlisten = stop;
  });
  return () => {
    stopped = true;
    unlisten();
  };
}
