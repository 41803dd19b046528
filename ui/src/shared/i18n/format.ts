// Times, sizes and counts as people of the language read them.

import type { Language } from "../../ipc/bindings";
import { useLanguage } from "./index";

export interface Format {
  /** Day and minute. */
  time(at_ms: number): string;
  /** Of today. */
  clock(at_ms: number): string;
  day(at_ms: number): string;
  /** “5 minutes ago”, “yesterday”. */
  ago(at_ms: number, now_ms: number): string;
  bytes(size_bytes: number): string;
  count(value: number): string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export function useFormat(): Format {
  return FORMATS[useLanguage()];
}

const FORMATS: Record<Language, Format> = { "zh-CN": make("zh-CN"), en: make("en") };

function make(language: Language): Format {
  const date = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  // Swedish writes dates as ISO 8601 does, which both languages' readers know.
  const clocks = new Intl.DateTimeFormat("sv-SE", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const times = new Intl.DateTimeFormat("sv-SE", { ...date, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const days = new Intl.DateTimeFormat("sv-SE", date);
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const numbers = new Intl.NumberFormat(language);
  return {
    time: (at_ms) => times.format(at_ms),
    clock: (at_ms) => clocks.format(at_ms),
    day: (at_ms) => days.format(at_ms),
    ago: (at_ms, now_ms) => {
      const passed_ms = Math.max(0, now_ms - at_ms);
      if (passed_ms < MINUTE_MS) return relative.format(0, "second");
      if (passed_ms < HOUR_MS) return relative.format(-Math.floor(passed_ms / MINUTE_MS), "minute");
      if (passed_ms < DAY_MS) return relative.format(-Math.floor(passed_ms / HOUR_MS), "hour");
      if (passed_ms < 30 * DAY_MS) return relative.format(-Math.floor(passed_ms / DAY_MS), "day");
      return days.format(at_ms);
    },
    bytes: (size) => {
      if (size < 1000) return `${size} B`;
      if (size < 1e6) return `${(size / 1e3).toFixed(0)} KB`;
      return size < 1e9 ? `${(size / 1e6).toFixed(1)} MB` : `${(size / 1e9).toFixed(1)} GB`;
    },
    count: (value) => numbers.format(value),
  };
}
