import { Descriptions, Table, Typography } from "antd";

import type { ContractFee, OfferView } from "../../ipc/bindings";
import styles from "./contract.module.css";
import { useFacts } from "./facts";
import { useContractTexts } from "./texts";

/** The cost card and the fee table: the same numbers as in the contract, to the fen. */
export function Costs({ offer }: { offer: OfferView }) {
  const { costs: texts, services } = useContractTexts();
  const { yuan, orNone, factsOf } = useFacts();
  const columns = [
    { key: "service", title: texts.service, render: (_: unknown, fee: ContractFee) => services[fee.service] },
    { key: "rate", title: texts.rate, align: "right" as const, render: (_: unknown, fee: ContractFee) => fee.rate },
    {
      key: "floor",
      title: texts.floor,
      align: "right" as const,
      render: (_: unknown, fee: ContractFee) => orNone(fee.floor_fen),
    },
    { key: "cap", title: texts.cap, align: "right" as const, render: (_: unknown, fee: ContractFee) => orNone(fee.cap_fen) },
    {
      key: "example",
      title: texts.example,
      align: "right" as const,
      render: (_: unknown, fee: ContractFee) => yuan(fee.example_fen),
    },
  ];
  const { cost } = offer;
  const estimated = [
    { key: "turnover", label: texts.turnover, children: yuan(cost.month_turnover_fen) },
    { key: "month", label: texts.month, children: yuan(cost.month_fee_fen) },
    { key: "year", label: texts.year, children: <>{yuan(cost.year_fen)} · {texts.yearAbout}</> },
  ];
  const facts = [
    ...(cost.turnovers.length > 0 ? estimated : []),
    ...factsOf(offer).map(({ key, label, text }) => ({ key, label, children: text })),
  ];
  return (
    <section className={styles.stack} aria-label={texts.heading}>
      <Typography.Title level={2} className={styles.heading}>
        {texts.heading}
      </Typography.Title>
      <Table
        aria-label={texts.table}
        size="small"
        rowKey="service"
        pagination={false}
        columns={columns}
        dataSource={offer.fees}
      />
      <Descriptions title={texts.card} size="small" bordered column={1} items={facts} className="selectable" />
    </section>
  );
}
