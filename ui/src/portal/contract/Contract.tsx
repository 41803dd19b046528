import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Steps } from "antd";
import { useState } from "react";

import { commands, type ContractView, type OfferView } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";
import { DocumentPanel } from "../case/DocumentPanel";
import { useErrorMessage } from "../errors";
import { Copies } from "./Copies";
import { Costs } from "./Costs";
import styles from "./contract.module.css";
import { Differences } from "./Differences";
import { Estimate } from "./Estimate";
import { fromTurnovers, turnoversOf } from "./turnovers";
import { HandOver } from "./HandOver";
import { OnPaper } from "./OnPaper";
import { Reading } from "./Reading";
import { Refuse } from "./Refuse";
import { SignStep } from "./SignStep";
import { Stage } from "./Stage";
import { useContractTexts } from "./texts";
import { hasCopy } from "./useContract";

const STEPS = ["costs", "read", "sign"] as const;
/** Paper is another way than reading and signing on the screen. */
type Step = (typeof STEPS)[number] | "paper";

/** Where the contract stands, and either the way to the signature or the file. */
export function Contract({ caseId, view }: { caseId: string; view: ContractView }) {
  const texts = useContractTexts();
  const [inEnglish, showEnglish] = useState(false);
  return (
    <div className={styles.stack}>
      <Stage view={view} />
      {view.stage === "offered" && view.offer && <Ceremony caseId={caseId} view={view} offer={view.offer} />}
      {view.offer && (
        <Button type="link" aria-expanded={inEnglish} className={styles.link} onClick={() => showEnglish(!inEnglish)}>
          {texts.readingCopy}
        </Button>
      )}
      {inEnglish && <DocumentPanel caseId={caseId} document="contract_reading_copy" />}
      {hasCopy(view) && (
        <Copies caseId={caseId} view={view} />
      )}
    </div>
  );
}

/** From the costs to the signature, as far as whoever is here may go. */
function Ceremony({ caseId, view, offer }: { caseId: string; view: ContractView; offer: OfferView }) {
  const texts = useContractTexts();
  const errorText = useErrorMessage();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [step, setStep] = useState<Step>(view.returned === null || !view.reading ? "costs" : "paper");
  const [isBusy, setBusy] = useState(false);
  // Typed is enough: nobody has to compute first what is printed in the contract.
  const [typed, setTyped] = useState(() => fromTurnovers(offer.cost.turnovers));
  const turnovers = turnoversOf(offer, typed);
  const prepare = async (next?: Step) => {
    if (!turnovers) return;
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
  const byPin = view.way === "own_pin";
  // Not on a computer that was handed over: that is there for signing on it.
  const mayUsePaper = byPin || view.way === "hand_over";
  const answers = byPin || view.way === "handed_over";
  return (
    <>
      {step !== "paper" && (
        <Steps
          size="small"
          current={STEPS.indexOf(step)}
          items={STEPS.map((name) => ({ title: texts.steps[name] }))}
        />
      )}
      {step === "costs" && (
        <>
          {view.before && <Differences before={view.before} now={offer} />}
          <Costs offer={offer} />
          <Estimate
            offer={offer}
            typed={typed}
            isBad={turnovers === null}
            isBusy={isBusy}
            onType={setTyped}
            onEstimate={() => void prepare()}
          />
          <div className={styles.actions}>
            {view.way === "hand_over" && <HandOver caseId={caseId} offer={offer} />}
            <Button
              type={view.way === "hand_over" ? "default" : "primary"}
              size="large"
              loading={isBusy}
              disabled={turnovers === null}
              onClick={() => void prepare("read")}
            >
              {texts.next.read}
            </Button>
            {mayUsePaper && (
              <Button size="large" loading={isBusy} disabled={turnovers === null} onClick={() => void prepare("paper")}>
                {texts.paper.open}
              </Button>
            )}
            {answers && <Refuse caseId={caseId} byPin={byPin} />}
          </div>
        </>
      )}
      {step === "read" && reading && (
        <>
          <Reading caseId={caseId} reading={reading} />
          <div className={styles.actions}>
            <Button size="large" onClick={() => setStep("costs")}>
              {texts.backTo.costs}
            </Button>
            {view.way === "hand_over" && <HandOver caseId={caseId} offer={offer} />}
            {view.way === "nobody" && <Alert type="warning" showIcon title={texts.sign.nobody} />}
            {answers && (
              <>
                <Button type="primary" size="large" disabled={!reading.to_end} onClick={() => setStep("sign")}>
                  {texts.next.sign}
                </Button>
                <Refuse caseId={caseId} byPin={byPin} />
              </>
            )}
          </div>
        </>
      )}
      {step === "paper" && reading && (
        <OnPaper caseId={caseId} view={view} offer={offer} reading={reading} onBack={() => setStep("costs")} />
      )}
      {step === "sign" && reading && answers && (
        <SignStep caseId={caseId} offer={offer} reading={reading} byPin={byPin}>
          <Button size="large" onClick={() => setStep("read")}>
            {texts.backTo.read}
          </Button>
          <Refuse caseId={caseId} byPin={byPin} />
        </SignStep>
      )}
    </>
  );
}
