import { Select } from "antd";

import type { Settings } from "../../ipc/bindings";
import { usePortalTexts } from "../texts";
import { Row, Section } from "./Section";
import { useWriteSettings } from "./useWriteSettings";

/** As an option's value: antd takes null for no choice. */
const UNLIMITED = 0;
const MEBIBYTES = [10, 20, 50, 100, 200, 500, 1000];

/** What sending may cost. */
export function LineSection({ settings }: { settings: Settings }) {
  const texts = usePortalTexts().settings;
  const write = useWriteSettings(settings);
  const limit = settings.metered_mib_per_day;
  const offered = limit === null || MEBIBYTES.includes(limit) ? MEBIBYTES : [...MEBIBYTES, limit].sort((a, b) => a - b);
  return (
    <Section title={texts.line}>
      <Row label={texts.metered} hint={texts.meteredHint}>
        <Select
          aria-label={texts.metered}
          value={limit ?? UNLIMITED}
          onChange={(value) => write({ metered_mib_per_day: value === UNLIMITED ? null : value })}
          options={[
            { value: UNLIMITED, label: texts.unlimited },
            ...offered.map((value) => ({ value, label: texts.mebibytes(value) })),
          ]}
          style={{ minWidth: "8em" }}
        />
      </Row>
    </Section>
  );
}
