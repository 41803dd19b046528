import { Alert, App, Button, Typography } from "antd";

import { type CaseId, commands } from "../../ipc/bindings";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { CommandErrorPanel, useErrorMessage } from "../errors";
import { useSessionAccess } from "../session/context";
import { Contract } from "./Contract";
import styles from "./contract.module.css";
import { useContractTexts } from "./texts";
import { useContract } from "./useContract";

/** All that a merchant sees of somebody else's computer: their contract, and the way to give the computer back. */
export function HandedOver({ caseId }: { caseId: CaseId }) {
  const texts = useContractTexts();
  const contract = useContract(caseId);
  const { setSession } = useSessionAccess();
  const errorText = useErrorMessage();
  const { message } = App.useApp();
  // Locked from here on: nobody signs any more in the merchant's place.
  const giveBack = () =>
    commands.sessionLock().then(setSession, (reason: unknown) => void message.error(errorText(reason)));
  const signer = contract.data?.offer?.signer ?? "";
  const isOpen = contract.data?.stage === "offered";
  return (
    <main className={styles.handedOver} aria-label={texts.document}>
      <div className={styles.handedHead}>
        <Typography.Title level={1} className={styles.handedTitle}>
          {isOpen ? texts.handOver.heading(signer) : texts.document}
        </Typography.Title>
        <Button type={isOpen ? "default" : "primary"} onClick={() => void giveBack()}>
          {isOpen ? texts.handOver.backEarly : texts.handOver.back}
        </Button>
      </div>
      <Alert type="info" showIcon title={isOpen ? texts.handOver.notice : texts.handOver.giveBack} />
      {contract.error && <CommandErrorPanel thrown={contract.error} onRetry={() => void contract.refetch()} />}
      {!contract.error && !contract.data && <DelayedSkeleton rows={10} />}
      {contract.data && <Contract caseId={caseId} view={contract.data} />}
    </main>
  );
}
