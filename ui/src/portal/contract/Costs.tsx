import { Descriptions, Table, Typography } from "antd";

import type { ContractFee, OfferView } from "../../ipc/bindings";
import styles from "./contract.module.css";
import { useContractTexts } from "./texts";

/** As the contract prints amounts. */
const MONEY = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** The cost card and the fee table: the same numbers as in the contract, to the fen. */
export function Costs({ offer }: { offer: OfferView }) {
  const { costs: texts, services, ...all } = useContractTexts();
  const yuan = (fen: number) => texts.yuan(MONEY.format(fen / 100));
  const orNone = (fen: number | null) => (fen === null ? texts.none : yuan(fen));
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
    { key: "deposit", label: texts.deposit, children: <>{yuan(offer.deposit_fen)} · {texts.refund(offer.deposit_refund_days)}</> },
    { key: "yearly", label: texts.yearly, children: yuan(offer.yearly_service_fen) },
    { key: "exit", label: texts.exit, children: offer.exit_fen === 0 ? texts.free : yuan(offer.exit_fen) },
    {
      key: "settlement",
      label: texts.settlement,
      children: offer.next_working_day ? texts.nextWorkingDay : texts.nextDay,
    },
    { key: "number", label: all.number, children: <>{offer.number} · {all.term(offer.term_years)}</> },
    { key: "quote", label: all.quote, children: offer.quote_number },
    { key: "issuer", label: all.issuer, children: offer.issuer },
    { key: "signer", label: all.signer, children: offer.signer },
    { key: "until", label: all.validUntil, children: offer.valid_until },
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
