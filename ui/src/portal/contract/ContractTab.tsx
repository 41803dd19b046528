import { Button } from "antd";
import { useNavigate } from "react-router";

import type { CaseId } from "../../ipc/bindings";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { CommandErrorPanel } from "../errors";
import { Costs } from "./Costs";
import styles from "./contract.module.css";
import { Stage } from "./Stage";
import { useContractTexts } from "./texts";
import { hasCopy, useContract } from "./useContract";

/** The case's contract at a glance: where it stands, every cost, and the next thing to do. */
export function ContractTab({ caseId }: { caseId: CaseId }) {
  const texts = useContractTexts();
  const navigate = useNavigate();
  const contract = useContract(caseId);
  if (contract.error) return <CommandErrorPanel thrown={contract.error} onRetry={() => void contract.refetch()} />;
  if (!contract.data) return <DelayedSkeleton rows={6} />;
  const view = contract.data;
  return (
    <div className={styles.stack}>
      <Stage view={view} />
      <div className={styles.actions}>
        {view.stage === "offered" && (
          <Button type="primary" onClick={() => void navigate(`/cases/${caseId}/contract`)}>
            {view.way === "own_pin" ? texts.tab.sign : texts.tab.open}
          </Button>
        )}
        {hasCopy(view) && (
          <Button onClick={() => void navigate(`/cases/${caseId}/contract`)}>{texts.tab.documents}</Button>
        )}
        <Button onClick={() => void navigate("/contract-check")}>{texts.tab.check}</Button>
      </div>
      {view.offer && <Costs offer={view.offer} />}
    </div>
  );
}
