import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Steps } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";

import { commands, type ContractView, type OfferView, type Turnover } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { DocumentPanel } from "../case/DocumentPanel";
import { CommandErrorPanel, useErrorMessage } from "../errors";
import { Page } from "../frame/Page";
import { Costs } from "./Costs";
import styles from "./contract.module.css";
import { Estimate } from "./Estimate";
import { Reading } from "./Reading";
import { Refuse } from "./Refuse";
import { SignStep } from "./SignStep";
import { Stage } from "./Stage";
import { useContractTexts } from "./texts";
import { hasCopy, useContract } from "./useContract";

const STEPS = ["costs", "read", "sign"] as const;
type Step = (typeof STEPS)[number];

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
    <Page label={texts.title} heading actions={back}>
      {contract.error && <CommandErrorPanel thrown={contract.error} onRetry={() => void contract.refetch()} />}
      {!contract.error && !contract.data && <DelayedSkeleton rows={10} />}
      {contract.data && <Loaded caseId={caseId} view={contract.data} />}
    </Page>
  );
}

function Loaded({ caseId, view }: { caseId: string; view: ContractView }) {
  const texts = useContractTexts();
  return (
    <div className={styles.stack}>
      <Stage view={view} />
      {view.stage === "offered" && view.offer && <Ceremony caseId={caseId} view={view} offer={view.offer} />}
      {hasCopy(view.stage) && (
        <section aria-label={texts.done.copy}>
          <DocumentPanel caseId={caseId} document={view.here ? "contract" : "signed_contract"} />
        </section>
      )}
    </div>
  );
}

function Ceremony({ caseId, view, offer }: { caseId: string; view: ContractView; offer: OfferView }) {
  const texts = useContractTexts();
  const errorText = useErrorMessage();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [step, setStep] = useState<Step>("costs");
  const [isBusy, setBusy] = useState(false);
  const prepare = async (turnovers: Turnover[], next?: Step) => {
    setBusy(true);
    try {
      client.setQueryData(keys.contract(caseId), await commands.contractPrepare(caseId, turnovers));
      if (next) setStep(next);
    } catch (reason) {
      void message.error(errorText(reason));
    }
    setBusy(false);
  };
  if (offer.expired) return <Alert type="warning" showIcon title={texts.expired} />;
  const { reading } = view;
  return (
    <>
      <Steps
        size="small"
        current={STEPS.indexOf(step)}
        items={STEPS.map((name) => ({ title: texts.steps[name] }))}
      />
      {step === "costs" && (
        <>
          <Costs offer={offer} />
          <Estimate offer={offer} isBusy={isBusy} onEstimate={(turnovers) => void prepare(turnovers)} />
          <div className={styles.actions}>
            <Button
              type="primary"
              size="large"
              loading={isBusy}
              onClick={() => void prepare(offer.cost.turnovers, "read")}
            >
              {texts.next.read}
            </Button>
            {view.may_sign && <Refuse caseId={caseId} />}
          </div>
        </>
      )}
      {step === "read" && reading && (
        <>
          <Reading caseId={caseId} reading={reading} />
          <div className={styles.actions}>
            <Button onClick={() => setStep("costs")}>{texts.backTo.costs}</Button>
            <Button type="primary" size="large" disabled={!reading.to_end} onClick={() => setStep("sign")}>
              {texts.next.sign}
            </Button>
            {view.may_sign && <Refuse caseId={caseId} />}
          </div>
        </>
      )}
      {step === "sign" && reading && (
        <>
          {view.may_sign ? (
            <SignStep caseId={caseId} offer={offer} reading={reading} />
          ) : (
            <Alert type="warning" showIcon title={texts.sign.only} />
          )}
          <div className={styles.actions}>
            <Button onClick={() => setStep("read")}>{texts.backTo.read}</Button>
            {view.may_sign && <Refuse caseId={caseId} />}
          </div>
        </>
      )}
    </>
  );
}
