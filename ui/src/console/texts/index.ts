// The console's own words. Names of fields, steps and reasons are the application form's: a reviewer and a merchant
// speak of the same things.

import { usePair } from "../../shared/i18n";
import { en } from "./en";
import { type ConsoleTexts, zh } from "./zh";

export type { ConsoleTexts };

const PAIR = { "zh-CN": zh, en };

export function useConsoleTexts(): ConsoleTexts {
  return usePair(PAIR);
}
