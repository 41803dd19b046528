import { Checkbox, Form, Input } from "antd";

import { useTexts } from "../../../portal/wizard/texts";
import { DayPicker } from "../../../shared/components/DayPicker";
import type { StepDone } from "../../apiTypes";
import { useConsoleTexts } from "../../texts";
import { DONE, todayInChina, TOPICS } from "./report";
import { type FaultAt, fieldId, StepField } from "./StepField";
import styles from "./steps.module.css";

type Facts = Extract<StepDone, { track: "training" }>;

interface Props {
  facts: Facts;
  onChange: (facts: Facts) => void;
  faultAt: FaultAt;
}

/** Who was trained, when, and in what: nothing is ticked before somebody says so. */
export function TrainingFields({ facts, onChange, faultAt }: Props) {
  const texts = useConsoleTexts().steps;
  const { pickDay } = useTexts().field;
  const place = `${DONE}/topics`;
  const fault = faultAt(place, texts.topics);
  const legend = `${fieldId(place)}-legend`;
  const wrong = fault !== null && { validateStatus: "error" as const, help: <span id={`${legend}-fault`}>{fault}</span> };
  return (
    <>
      <StepField place={`${DONE}/trainee`} name={texts.trainee} faultAt={faultAt}>
        {(input) => (
          <Input
            {...input}
            autoFocus
            autoComplete="off"
            value={facts.trainee}
            onChange={(event) => onChange({ ...facts, trainee: event.target.value })}
          />
        )}
      </StepField>
      <StepField place={`${DONE}/trained_on`} name={texts.trainedOn} faultAt={faultAt}>
        {(input) => (
          <Input
            {...input}
            className={styles.day ?? ""}
            autoComplete="off"
            inputMode="numeric"
            value={facts.trained_on}
            suffix={
              <DayPicker
                value={facts.trained_on}
                label={pickDay(texts.trainedOn)}
                latest={todayInChina()}
                isInside
                onPick={(trained_on) => onChange({ ...facts, trained_on })}
              />
            }
            onChange={(event) => onChange({ ...facts, trained_on: event.target.value })}
          />
        )}
      </StepField>
      <Form.Item label={<span id={legend}>{texts.topics}</span>} {...wrong}>
        <div
          role="group"
          aria-labelledby={legend}
          {...(fault !== null && { "aria-describedby": `${legend}-fault` })}
          className={styles.topics}
        >
          {TOPICS.map((topic, index) => (
            <Checkbox
              key={topic}
              // The first stands for the group when something is wrong with it.
              {...(index === 0 && { id: fieldId(place) })}
              checked={facts.topics.includes(topic)}
              onChange={({ target }) => {
                const ticked = (each: typeof topic) => (each === topic ? target.checked : facts.topics.includes(each));
                onChange({ ...facts, topics: TOPICS.filter(ticked) });
              }}
            >
              {texts.topicNames[topic]}
            </Checkbox>
          ))}
        </div>
      </Form.Item>
    </>
  );
}
