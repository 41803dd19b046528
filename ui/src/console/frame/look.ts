// Language and theme of this browser: nothing personal, so a cookie of a year keeps them.

import type { Language, Theme } from "../../ipc/bindings";

export interface Look {
  language: Language;
  theme: Theme;
}

const COOKIE = "zhanggui_console_look";
const LANGUAGES: readonly Language[] = ["zh-CN", "en"];
const THEMES: readonly Theme[] = ["system", "light", "dark"];
const YEAR_S = 365 * 24 * 3600;

export function readLook(): Look {
  const kept = new RegExp(`(?:^|; )${COOKIE}=([^;]*)`).exec(document.cookie)?.[1] ?? "";
  const [language, theme] = kept.split(".");
  return {
    language: LANGUAGES.find((each) => each === language) ?? "zh-CN",
    theme: THEMES.find((each) => each === theme) ?? "system",
  };
}

export function keepLook({ language, theme }: Look): void {
  document.cookie = `${COOKIE}=${language}.${theme}; path=/console; max-age=${String(YEAR_S)}; samesite=strict`;
}
