import { BulbOutlined, GlobalOutlined } from "@ant-design/icons";
import { Button, Dropdown, Space } from "antd";

import type { Language, Theme } from "../../ipc/bindings";
import { useConsoleTexts } from "../texts";
import type { Look } from "./look";

const LANGUAGES: Record<Language, string> = { "zh-CN": "简体中文", en: "English" };

interface Props {
  look: Look;
  onLook: (look: Look) => void;
}

/** Language and theme. */
export function LookChoice({ look, onLook }: Props) {
  const texts = useConsoleTexts().frame;
  const languages = Object.entries(LANGUAGES).map(([key, label]) => ({ key, label, lang: key }));
  const themes = Object.entries(texts.themes).map(([key, label]) => ({ key, label }));
  return (
    <Space size={4}>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: languages,
          selectable: true,
          selectedKeys: [look.language],
          onClick: ({ key }) => onLook({ ...look, language: key as Language }),
        }}
      >
        <Button type="text" icon={<GlobalOutlined />} aria-label={texts.language}>
          {LANGUAGES[look.language]}
        </Button>
      </Dropdown>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: themes,
          selectable: true,
          selectedKeys: [look.theme],
          onClick: ({ key }) => onLook({ ...look, theme: key as Theme }),
        }}
      >
        <Button type="text" icon={<BulbOutlined />} aria-label={texts.theme}>
          {texts.themes[look.theme]}
        </Button>
      </Dropdown>
    </Space>
  );
}
