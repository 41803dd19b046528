import { Tag, Typography } from "antd";

import type { ContractStage, ContractView } from "../../ipc/bindings";
import styles from "./contract.module.css";
import { useContractTexts } from "./texts";

const COLOURS: Record<ContractStage, string> = {
  not_offered: "default",
  offered: "orange",
  signed: "blue",
  received: "blue",
  in_effect: "green",
  refused: "red",
};

/** One word for where the contract stands, and what that means. */
export function Stage({ view }: { view: ContractView }) {
  const texts = useContractTexts();
  const { stage, on_paper } = view;
  const about =
    on_paper && stage === "signed"
      ? texts.paper.signed
      : on_paper && stage === "received"
        ? texts.paper.received
        : on_paper && stage === "in_effect"
          ? texts.paper.inEffect
          : texts.stageAbout[stage];
  return (
    <div className={styles.stage} role="status">
      <Tag color={COLOURS[stage]}>{texts.stage[stage]}</Tag>
      <Typography.Text>{about}</Typography.Text>
      {stage === "in_effect" && !view.stamped && <Typography.Text type="secondary">{texts.stampPending}</Typography.Text>}
      {stage === "in_effect" && !view.here && <Typography.Text type="secondary">{texts.arriving}</Typography.Text>}
    </div>
  );
}
