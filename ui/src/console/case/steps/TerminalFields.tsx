import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Typography } from "antd";

import type { StepDone, Terminal } from "../../apiTypes";
import { useConsoleTexts } from "../../texts";
import { DONE, terminalPlace } from "./report";
import { type FaultAt, fieldId, StepField } from "./StepField";
import styles from "./steps.module.css";

type Facts = Extract<StepDone, { track: "terminals" }>;

interface Props {
  facts: Facts;
  /** Most terminals that a merchant may have. */
  most: number;
  onChange: (facts: Facts) => void;
  faultAt: FaultAt;
}

/** The terminals that were handed over, a row for each, and what came with them. */
export function TerminalFields({ facts, most, onChange, faultAt }: Props) {
  const texts = useConsoleTexts().steps;
  const { terminals } = facts;
  const listFault = faultAt(`${DONE}/terminals`, texts.terminals);
  const put = (next: Terminal[]) => onChange({ ...facts, terminals: next });
  const change = (at: number, part: Partial<Terminal>) =>
    put(terminals.map((terminal, index) => (index === at ? { ...terminal, ...part } : terminal)));
  const add = () => {
    // Terminals of one delivery are mostly of one model.
    put([...terminals, { model: terminals.at(-1)?.model ?? "", serial: "" }]);
    focusSoon(terminalPlace(terminals.length, "serial"));
  };
  const remove = (at: number) => {
    put(terminals.filter((_, index) => index !== at));
    focusSoon(terminalPlace(Math.min(at, terminals.length - 2), "serial"));
  };
  return (
    <>
      <div role="group" aria-label={texts.terminals} className={styles.terminals}>
        <div className={styles.terminal} aria-hidden>
          <span />
          <span>{texts.model}</span>
          <span>{texts.serial}</span>
        </div>
        {terminals.map((terminal, index) => (
          // Rows have nothing of their own but their place.
          <div key={index} className={styles.terminal}>
            <span className={styles.number} aria-hidden>
              {index + 1}
            </span>
            <StepField place={terminalPlace(index, "model")} name={texts.modelOf(index + 1)} isBare faultAt={faultAt}>
              {(input) => (
                <Input
                  {...input}
                  aria-label={texts.modelOf(index + 1)}
                  autoFocus={index === 0}
                  autoComplete="off"
                  spellCheck={false}
                  value={terminal.model}
                  onChange={(event) => change(index, { model: event.target.value })}
                />
              )}
            </StepField>
            <StepField place={terminalPlace(index, "serial")} name={texts.serialOf(index + 1)} isBare faultAt={faultAt}>
              {(input) => (
                <Input
                  {...input}
                  aria-label={texts.serialOf(index + 1)}
                  autoComplete="off"
                  spellCheck={false}
                  value={terminal.serial}
                  onChange={(event) => change(index, { serial: event.target.value })}
                />
              )}
            </StepField>
            <Button
              type="text"
              icon={<CloseOutlined aria-hidden />}
              aria-label={texts.removeTerminal(index + 1)}
              disabled={terminals.length === 1}
              onClick={() => remove(index)}
            />
          </div>
        ))}
        <div className={styles.more}>
          <Button
            id={fieldId(`${DONE}/terminals`)}
            type="dashed"
            icon={<PlusOutlined aria-hidden />}
            disabled={terminals.length >= most}
            onClick={add}
          >
            {texts.addTerminal}
          </Button>
          {terminals.length >= most && <Typography.Text type="secondary">{texts.mostTerminals(most)}</Typography.Text>}
          {listFault !== null && <Typography.Text type="danger">{listFault}</Typography.Text>}
        </div>
      </div>
      <StepField place={`${DONE}/accessories`} name={texts.accessories} faultAt={faultAt}>
        {(input) => (
          <Input
            {...input}
            autoComplete="off"
            placeholder={texts.accessoriesHint}
            value={facts.accessories}
            onChange={(event) => onChange({ ...facts, accessories: event.target.value })}
          />
        )}
      </StepField>
    </>
  );
}

/** Puts the keyboard on a field that is there once the change is painted. */
function focusSoon(place: string): void {
  requestAnimationFrame(() => document.getElementById(fieldId(place))?.focus());
}
