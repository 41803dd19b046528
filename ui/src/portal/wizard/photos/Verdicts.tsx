import { Typography } from "antd";

import type { PhotoVerdict } from "../../../ipc/bindings";
import { useTexts } from "../texts";

/** What the quality check says of a photo, and what helps. */
export function Verdicts({ verdicts }: { verdicts: readonly PhotoVerdict[] }) {
  const texts = useTexts().photos;
  if (verdicts.length === 0) return <Typography.Text type="success">{texts.good}</Typography.Text>;
  return verdicts.map(({ code, blocking }) => (
    <span key={code}>
      <Typography.Text type={blocking ? "danger" : "warning"}>{texts.verdicts[code].what}</Typography.Text>
      <br />
      <Typography.Text type="secondary">{texts.verdicts[code].fix}</Typography.Text>
    </span>
  ));
}
