import { Table, Typography } from "antd";

import type { OfferView } from "../../ipc/bindings";
import styles from "./contract.module.css";
import { type Fact, useFacts } from "./facts";
import { useContractTexts } from "./texts";

interface Row extends Pick<Fact, "key" | "label"> {
  before: string;
  now: string;
}

/** What an offer changes in the one before, so that nobody signs again without knowing why. */
export function Differences({ before, now }: { before: OfferView; now: OfferView }) {
  const { differences: texts, costs } = useContractTexts();
  const { everythingOf } = useFacts();
  const [old, present] = [everythingOf(before), everythingOf(now)];
  const labels = new Map([...old, ...present].map(({ key, label }) => [key, label]));
  const textOf = (facts: Fact[], key: string) => facts.find((fact) => fact.key === key)?.text ?? costs.none;
  const rows: Row[] = [...labels]
    .map(([key, label]) => ({ key, label, before: textOf(old, key), now: textOf(present, key) }))
    .filter((row) => row.before !== row.now);
  return (
    <section className={styles.stack} aria-label={texts.heading}>
      <Typography.Title level={2} className={styles.heading}>
        {texts.heading}
      </Typography.Title>
      <Typography.Text type="secondary">{texts.about}</Typography.Text>
      <Table
        aria-label={texts.heading}
        size="small"
        rowKey="key"
        pagination={false}
        columns={[
          { key: "label", title: texts.what, dataIndex: "label" },
          { key: "before", title: texts.before, dataIndex: "before" },
          { key: "now", title: texts.now, dataIndex: "now", className: styles.changed },
        ]}
        dataSource={rows}
      />
    </section>
  );
}
