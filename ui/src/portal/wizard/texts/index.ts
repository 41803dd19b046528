// Texts of the wizard and the case page, in both languages. A missing text is a type error.

import type { Text } from "../../../ipc/bindings";
import { usePair } from "../../../shared/i18n";
import { en } from "./en";
import { type Texts, zh } from "./zh";

export type { Texts };

const TEXTS = { "zh-CN": zh, en };

export function useTexts(): Texts {
  return usePair(TEXTS);
}

/** A text that comes with the profile or a table, in the language of the window. */
export function inLanguage(texts: Texts, text: Text): string {
  return texts.language === "en" ? text.en : text.zh;
}
