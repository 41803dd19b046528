import { useEffect, useState } from "react";

/** Seconds left, counting down to 0, and a way to start again. */
export function useCountdown(): [left_s: number, start: (seconds: number) => void] {
  const [until_ms, setUntil] = useState(0);
  const [now_ms, setNow] = useState(0);
  const left_s = Math.max(0, Math.ceil((until_ms - now_ms) / 1000));
  const running = left_s > 0;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [running]);
  const start = (seconds: number) => {
    const now = Date.now();
    setNow(now);
    setUntil(now + seconds * 1000);
  };
  return [left_s, start];
}
