import { Segmented, Select } from "antd";

import type { Language, Settings, Theme } from "../../ipc/bindings";
import { usePortalTexts } from "../texts";
import { Row, Section } from "./Section";
import { useWriteSettings } from "./useWriteSettings";

const LANGUAGES: readonly Language[] = ["zh-CN", "en"];
const THEMES: readonly Theme[] = ["system", "light", "dark"];
const TEXT_PERCENTS = [100, 110, 125, 150];

export function AppearanceSection({ settings }: { settings: Settings }) {
  const texts = usePortalTexts().settings;
  const write = useWriteSettings(settings);
  return (
    <Section title={texts.appearance}>
      <Row label={texts.language}>
        <Segmented
          aria-label={texts.language}
          value={settings.language}
          onChange={(language) => write({ language })}
          options={LANGUAGES.map((value) => ({ value, label: texts.languages[value] }))}
        />
      </Row>
      <Row label={texts.theme}>
        <Segmented
          aria-label={texts.theme}
          value={settings.theme}
          onChange={(theme) => write({ theme })}
          options={THEMES.map((value) => ({ value, label: texts.themes[value] }))}
        />
      </Row>
      <Row label={texts.textSize}>
        <Select
          aria-label={texts.textSize}
          value={settings.text_percent}
          onChange={(text_percent) => write({ text_percent })}
          options={TEXT_PERCENTS.map((value) => ({ value, label: texts.percent(value) }))}
          style={{ minWidth: "8em" }}
        />
      </Row>
    </Section>
  );
}
