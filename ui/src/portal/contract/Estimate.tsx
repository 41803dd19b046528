import { Button, Input, Typography } from "antd";
import { useState } from "react";

import type { FeeService, OfferView, Turnover } from "../../ipc/bindings";
import { fenToYuan, yuanToFen } from "../wizard/fees/amounts";
import styles from "./contract.module.css";
import { useContractTexts } from "./texts";

const MAX_PAYMENTS = 1_000_000;
const MAX_EACH_FEN = 100_000_000;

interface Typed {
  payments: string;
  each: string;
}

interface Props {
  offer: OfferView;
  isBusy: boolean;
  onEstimate: (turnovers: Turnover[]) => void;
}

/** What the merchant expects to take in, by kind of payment. */
export function Estimate({ offer, isBusy, onEstimate }: Props) {
  const { costs: texts, services } = useContractTexts();
  const [typed, setTyped] = useState<Partial<Record<FeeService, Typed>>>(() => fromTurnovers(offer.cost.turnovers));
  const read = offer.fees.map(({ service }) => turnoverOf(service, typed[service]));
  const isBad = read.includes("bad");
  const change = (service: FeeService, part: Partial<Typed>) =>
    setTyped((before) => ({ ...before, [service]: { payments: "", each: "", ...before[service], ...part } }));
  return (
    <section className={styles.stack} aria-label={texts.estimate}>
      <Typography.Title level={2} className={styles.heading}>
        {texts.estimate}
      </Typography.Title>
      <Typography.Text type="secondary">{texts.estimateAbout}</Typography.Text>
      <div className={styles.estimate}>
        {offer.fees.map(({ service }) => (
          <div key={service} className={styles.estimateRow}>
            <span>{services[service]}</span>
            <Input
              inputMode="numeric"
              placeholder={texts.payments}
              aria-label={texts.paymentsOf(services[service])}
              value={typed[service]?.payments ?? ""}
              onChange={(event) => change(service, { payments: event.target.value })}
            />
            <Input
              inputMode="decimal"
              placeholder={texts.each}
              aria-label={texts.eachOf(services[service])}
              value={typed[service]?.each ?? ""}
              onChange={(event) => change(service, { each: event.target.value })}
            />
          </div>
        ))}
      </div>
      {isBad && (
        <Typography.Text type="danger" role="alert">
          {texts.badEstimate}
        </Typography.Text>
      )}
      <div>
        <Button
          disabled={isBad}
          loading={isBusy}
          onClick={() => onEstimate(read.filter((turnover) => turnover !== null && turnover !== "bad"))}
        >
          {texts.calculate}
        </Button>
      </div>
    </section>
  );
}

function fromTurnovers(turnovers: readonly Turnover[]): Partial<Record<FeeService, Typed>> {
  return Object.fromEntries(
    turnovers.map(({ service, payments, each_fen }) => [
      service,
      { payments: String(payments), each: fenToYuan(each_fen) },
    ]),
  );
}

/** None when both are empty. */
function turnoverOf(service: FeeService, typed: Typed | undefined): Turnover | "bad" | null {
  const [payments, each] = [typed?.payments.trim() ?? "", typed?.each.trim() ?? ""];
  if (payments === "" && each === "") return null;
  const [count, each_fen] = [/^\d{1,7}$/.test(payments) ? Number(payments) : 0, yuanToFen(each) ?? 0];
  const isGood = count >= 1 && count <= MAX_PAYMENTS && each_fen >= 1 && each_fen <= MAX_EACH_FEN;
  return isGood ? { service, payments: count, each_fen } : "bad";
}
