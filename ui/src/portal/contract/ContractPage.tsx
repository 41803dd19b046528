import { Button } from "antd";
import { useNavigate, useParams } from "react-router";

import { DelayedSkeleton } from "../../shared/components/Delayed";
import { CommandErrorPanel } from "../errors";
import { Page } from "../frame/Page";
import { Contract } from "./Contract";
import { useContractTexts } from "./texts";
import { useContract } from "./useContract";

/** From the costs to the signature. */
export function ContractPage() {
  const texts = useContractTexts();
  const navigate = useNavigate();
  const { caseId = "" } = useParams();
  const contract = useContract(caseId);
  const back = (
    <Button onClick={() => void navigate(`/cases/${caseId}?tab=contract`)}>{texts.back}</Button>
  );
  return (
    <Page label={contract.data?.stage === "offered" ? texts.title : texts.document} heading actions={back}>
      {contract.error && <CommandErrorPanel thrown={contract.error} onRetry={() => void contract.refetch()} />}
      {!contract.error && !contract.data && <DelayedSkeleton rows={10} />}
      {contract.data && <Contract caseId={caseId} view={contract.data} />}
    </Page>
  );
}
