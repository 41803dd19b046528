import { Button, Input, Typography } from "antd";

import type { FeeService, OfferView } from "../../ipc/bindings";
import styles from "./contract.module.css";
import type { Estimated, Typed } from "./turnovers";
import { useContractTexts } from "./texts";

interface Props {
  offer: OfferView;
  typed: Estimated;
  /** Whether something typed is no number. */
  isBad: boolean;
  isBusy: boolean;
  onType: (change: (before: Estimated) => Estimated) => void;
  onEstimate: () => void;
}

/** What the merchant expects to take in, by kind of payment. */
export function Estimate({ offer, typed, isBad, isBusy, onType, onEstimate }: Props) {
  const { costs: texts, services } = useContractTexts();
  const change = (service: FeeService, part: Partial<Typed>) =>
    onType((before) => ({ ...before, [service]: { payments: "", each: "", ...before[service], ...part } }));
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
        <Button disabled={isBad} loading={isBusy} onClick={onEstimate}>
          {texts.calculate}
        </Button>
      </div>
    </section>
  );
}
