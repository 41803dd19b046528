import { App, ConfigProvider } from "antd";
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react";

import type { Settings } from "../ipc/bindings";
import { ANTD_LOCALES, useLanguage } from "./i18n";
import { themeOf } from "./theme";

type Props = Pick<Settings, "theme" | "text_percent"> & { children: ReactNode };

/** Theme, text size and antd's own texts for everything below. */
export function Appearance({ theme, text_percent, children }: Props) {
  const language = useLanguage();
  const systemDark = useSystemDark();
  const dark = theme === "system" ? systemDark : theme === "dark";
  const config = themeOf(dark, text_percent, language);

  useEffect(() => {
    const root = document.documentElement;
    root.dataset.theme = dark ? "dark" : "light";
    root.style.colorScheme = dark ? "dark" : "light";
    root.style.fontSize = `${text_percent}%`;
  }, [dark, text_percent]);

  return (
    // A pressed button's ripple would go on being painted for two seconds.
    <ConfigProvider
      locale={ANTD_LOCALES[language]}
      theme={config}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      <App className="app-root">{children}</App>
    </ConfigProvider>
  );
}

function useSystemDark(): boolean {
  const [query] = useState(() => window.matchMedia("(prefers-color-scheme: dark)"));
  return useSyncExternalStore(
    (changed) => {
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => query.matches,
  );
}
