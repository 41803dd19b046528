import { useEffect, useEffectEvent } from "react";

import { commands } from "../../ipc/bindings";
import { useSettings } from "../queries";
import { useSessionAccess } from "./context";

const LOOK_MS = 2_000;
const SIGNS_OF_LIFE = ["keydown", "pointerdown", "pointermove", "wheel"] as const;
const DEFAULT_MIN = 5;

/** Locks the window when nobody has touched it for as long as the settings say, also across a suspend. */
export function IdleLock() {
  const { session, setSession } = useSessionAccess();
  const { data: settings } = useSettings();
  const limit_ms = (settings?.idle_lock_min ?? DEFAULT_MIN) * 60_000;

  const lock = useEffectEvent(() => {
    // Should the shell not answer, the window is covered all the same.
    setSession({ ...session, phase: "locked", account: null, handed_over: null });
    commands.sessionLock().then(setSession, () => undefined);
  });

  useEffect(() => {
    let touched_ms = Date.now();
    const touch = () => (touched_ms = Date.now());
    for (const sign of SIGNS_OF_LIFE) window.addEventListener(sign, touch, { capture: true, passive: true });
    const timer = setInterval(() => {
      if (Date.now() - touched_ms >= limit_ms) lock();
    }, LOOK_MS);
    return () => {
      clearInterval(timer);
      for (const sign of SIGNS_OF_LIFE) window.removeEventListener(sign, touch, { capture: true });
    };
  }, [limit_ms]);
  return null;
}
