import { usePair } from "../i18n";
import { en } from "./en";
import { type SharedTexts, zh } from "./zh";

export type { SharedTexts };

const PAIR = { "zh-CN": zh, en };

export function useSharedTexts(): SharedTexts {
  return usePair(PAIR);
}
