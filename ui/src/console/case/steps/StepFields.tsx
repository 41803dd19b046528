import { Input } from "antd";

import type { StepDone } from "../../apiTypes";
import type { StepWriting } from "../../desk/desk";
import { useConsoleTexts } from "../../texts";
import { DONE, REASON } from "./report";
import { type FaultAt, StepField } from "./StepField";
import { TerminalFields } from "./TerminalFields";
import { TrainingFields } from "./TrainingFields";

interface Props {
  step: StepWriting;
  maxTerminals: number;
  onChange: (next: StepWriting) => void;
  faultAt: FaultAt;
}

/** What a report asks for. */
export function StepFields({ step, maxTerminals, onChange, faultAt }: Props) {
  const texts = useConsoleTexts().steps;
  if (step.result === "failed") {
    return (
      <StepField place={REASON} name={texts.reason} faultAt={faultAt}>
        {(input) => (
          <Input.TextArea
            {...input}
            autoFocus
            rows={4}
            value={step.text}
            onChange={(event) => onChange({ ...step, text: event.target.value })}
          />
        )}
      </StepField>
    );
  }
  const { done } = step;
  const change = (facts: StepDone) => onChange({ result: "done", done: facts });
  switch (done.track) {
    case "terminals":
      return <TerminalFields facts={done} most={maxTerminals} onChange={change} faultAt={faultAt} />;
    case "training":
      return <TrainingFields facts={done} onChange={change} faultAt={faultAt} />;
    case "activation":
      return (
        <StepField
          place={`${DONE}/merchant_number`}
          name={texts.merchantNumber}
          extra={texts.merchantNumberHint}
          faultAt={faultAt}
        >
          {(input) => (
            <Input
              {...input}
              autoFocus
              autoComplete="off"
              spellCheck={false}
              value={done.merchant_number}
              onChange={(event) => change({ ...done, merchant_number: event.target.value })}
            />
          )}
        </StepField>
      );
    default:
      return (
        <StepField place={`${DONE}/note`} name={texts.note} faultAt={faultAt}>
          {(input) => (
            <Input.TextArea
              {...input}
              autoFocus
              rows={4}
              value={done.note}
              onChange={(event) => change({ ...done, note: event.target.value })}
            />
          )}
        </StepField>
      );
  }
}
