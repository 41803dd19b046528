import { Typography } from "antd";

import type { PhotoVerdict } from "../../../ipc/bindings";
import { useTexts } from "../texts";

/** What the quality check says of a photo, and what helps. */
export function Verdicts({ verdicts }: { verdicts: readonly PhotoVerdict[] }) {
  const texts = useTexts().photos;
  if (verdicts.length === 0) return <Typography.Text type="success">{texts.good}</Typography.Text>;
  return verdicts.map((verdict) => {
    const { what, fix } = texts.verdict(verdict);
    return (
      <span key={verdict.code}>
        <Typography.Text type={verdict.blocking ? "danger" : "warning"}>{what}</Typography.Text>
        <br />
        <Typography.Text type="secondary">{fix}</Typography.Text>
      </span>
    );
  });
}
