// The language of the page. Texts are typed objects, one per language, beside the screens that use them:
// a missing text is a type error, and changing the language paints every screen anew.

import "dayjs/locale/zh-cn";

import type { Locale } from "antd/es/locale";
import antdEn from "antd/es/locale/en_US";
import antdZh from "antd/es/locale/zh_CN";
import dayjs from "dayjs";
import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";

import type { Language } from "../../ipc/bindings";

export const ANTD_LOCALES: Record<Language, Locale> = { "zh-CN": antdZh, en: antdEn };

const DAYJS_LOCALES: Record<Language, string> = { "zh-CN": "zh-cn", en: "en" };

/** Call once, before the first paint. */
export function startLanguage(language: Language): void {
  void i18next.use(initReactI18next).init({ lng: language, resources: {}, initAsync: false });
  apply(language);
}

export function setLanguage(language: Language): void {
  if (i18next.language === language) return;
  apply(language);
  void i18next.changeLanguage(language);
}

export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === "en" ? "en" : "zh-CN";
}

/** The texts of the window's language out of a pair. */
export function usePair<T>(pair: Record<Language, T>): T {
  return pair[useLanguage()];
}

function apply(language: Language): void {
  dayjs.locale(DAYJS_LOCALES[language]);
  document.documentElement.lang = language;
}
