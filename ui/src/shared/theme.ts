// Every colour, size and distance of the window and the console. The green and the lamp's yellow are the mark's
// (icons/zhanggui.svg).

import { type ThemeConfig, theme } from "antd";

import type { Language } from "../ipc/bindings";

export const BRAND = { green: "#12514c", cream: "#f7f1e3", lamp: "#f2a93b" } as const;

const CHINESE_FONTS =
  '"PingFang SC", "Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif';

/** English begins with a Latin font: quotation marks of Chinese ones are as wide as a character. */
const FONTS: Record<Language, string> = {
  "zh-CN": CHINESE_FONTS,
  en: `"Segoe UI", "Helvetica Neue", "Noto Sans", "DejaVu Sans", ${CHINESE_FONTS}`,
};

/** Antd's base size at 100 %, in pixels. */
const TEXT_PX = 14;

const LIGHT = {
  colorPrimary: "#17665f",
  colorInfo: "#17665f",
  colorLink: "#17665f",
  colorSuccess: "#2f7d32",
  colorWarning: "#b26a00",
  colorError: "#c0362c",
  colorPrimaryBg: "#e3f1ef",
  colorInfoBg: "#e8f3f1",
  colorInfoBorder: "#b5d6d1",
  colorSuccessBg: "#e9f5ea",
  colorSuccessBorder: "#b9dcbb",
  colorWarningBg: "#fdf3e1",
  colorWarningBorder: "#ecd3a4",
  colorErrorBg: "#fdecea",
  colorErrorBorder: "#f0c0bb",
  colorTextBase: "#1c2524",
  colorBgLayout: "#f4f5f2",
  colorBorder: "#c9d0cd",
  colorBorderSecondary: "#e3e7e4",
  colorTextSecondary: "#51605d",
  colorTextTertiary: "#5f6d6a",
  colorTextDescription: "#51605d",
  colorTextPlaceholder: "#6c7976",
};

const DARK = {
  colorPrimary: "#4fb3a6",
  colorInfo: "#4fb3a6",
  colorLink: "#6cc8bc",
  colorSuccess: "#6fbf73",
  colorWarning: "#e0a040",
  colorError: "#ef7a70",
  colorTextBase: "#e8edeb",
  colorBgBase: "#141a19",
  colorBgLayout: "#0f1413",
  colorBgContainer: "#18201f",
  colorBgElevated: "#1f2927",
  colorBorder: "#3a4745",
  colorBorderSecondary: "#2a3533",
  colorTextSecondary: "#a9b6b2",
  colorTextTertiary: "#98a6a2",
  colorTextDescription: "#a9b6b2",
  colorTextPlaceholder: "#8b9995",
  colorTextLightSolid: "#0c1312",
};

/** `text_percent` is 100 to 150: everything that holds text grows with it. */
export function themeOf(dark: boolean, text_percent: number, language: Language): ThemeConfig {
  const scale = text_percent / 100;
  const fontSize = Math.round(TEXT_PX * scale);
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      ...(dark ? DARK : LIGHT),
      fontFamily: FONTS[language],
      fontSize,
      controlHeight: Math.round(32 * scale),
      borderRadius: 6,
      wireframe: false,
      // While a dialog slides in, antd holds back what its inside shows: on a slow computer the first letters that are
      // typed into it would be gone. Dialogs that stand at once are also what feels instant there.
      motion: false,
    },
    components: {
      Layout: { headerPadding: "0 16px", headerHeight: Math.round(52 * scale) },
      Table: { cellPaddingBlockMD: 9, headerBorderRadius: 0 },
      Form: { itemMarginBottom: Math.round(16 * scale) },
    },
  };
}
