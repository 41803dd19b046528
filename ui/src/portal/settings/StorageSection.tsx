import { Select } from "antd";

import type { Settings } from "../../ipc/bindings";
import { usePortalTexts } from "../texts";
import { Row, Section } from "./Section";
import { useWriteSettings } from "./useWriteSettings";

const PHOTO_DAYS = [1, 3, 7, 14, 30, 90];

/** What stays on this computer, and for how long. */
export function StorageSection({ settings }: { settings: Settings }) {
  const texts = usePortalTexts().settings;
  const write = useWriteSettings(settings);
  return (
    <Section title={texts.storage}>
      <Row label={texts.photoDays} hint={texts.photoDaysHint}>
        <Select
          aria-label={texts.photoDays}
          value={settings.photo_days}
          onChange={(photo_days) => write({ photo_days })}
          options={PHOTO_DAYS.map((value) => ({ value, label: texts.days(value) }))}
          style={{ minWidth: "8em" }}
        />
      </Row>
    </Section>
  );
}
