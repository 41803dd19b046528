import { usePair } from "../../shared/i18n";
import { en } from "./en";
import { type PortalTexts, zh } from "./zh";

export type { PortalTexts };

const PAIR = { "zh-CN": zh, en };

export function usePortalTexts(): PortalTexts {
  return usePair(PAIR);
}
