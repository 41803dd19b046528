import { Typography } from "antd";

import { MaskedValue } from "../../../shared/components/MaskedValue";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";
import type { SummaryLine } from "./summary";

interface Props {
  lines: readonly SummaryLine[];
  /** Personal numbers are hidden until asked for. */
  isMasked?: boolean;
}

/** Names and values of one part of the document. */
export function SummaryList({ lines, isMasked = false }: Props) {
  return (
    <dl className={styles.summary}>
      {lines.map((line) => (
        <div key={line.pointer} className={styles.summaryLine}>
          <dt>
            <Typography.Text type="secondary">{line.label}</Typography.Text>
          </dt>
          <dd>
            <Value line={line} isMasked={isMasked} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A value as pages show it. */
export function Value({ line: { text, mask, label }, isMasked }: { line: SummaryLine; isMasked: boolean }) {
  const texts = useTexts();
  if (text === "") return <Typography.Text type="secondary">{texts.review.empty}</Typography.Text>;
  if (mask && isMasked) return <MaskedValue value={text} kind={mask} label={label} />;
  return <span className="selectable">{text}</span>;
}
