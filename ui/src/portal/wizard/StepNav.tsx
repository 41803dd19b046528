import { CheckOutlined } from "@ant-design/icons";
import { Badge, Button } from "antd";

import { useCaseView } from "./draft/context";
import { STEPS, type StepId, stepOf } from "./steps";
import { useTexts } from "./texts";
import styles from "./wizard.module.css";

interface Props {
  current: StepId;
  onGo: (step: StepId) => void;
}

/** The steps with what is still open in each; any of them can be gone to. */
export function StepNav({ current, onGo }: Props) {
  const texts = useTexts();
  const { problems } = useCaseView();
  const blocking = problems.filter((problem) => problem.severity === "blocking");
  return (
    <nav aria-label={texts.wizard.stepsLabel} className={styles.steps}>
      {STEPS.map((step, index) => {
        const open = blocking.filter((problem) => stepOf(problem.pointer) === step).length;
        const state = open > 0 ? texts.wizard.stepOpen(open) : texts.wizard.stepDone;
        return (
          <Button
            key={step}
            type={step === current ? "primary" : "text"}
            className={styles.step}
            aria-current={step === current ? "step" : undefined}
            aria-label={`${index + 1} ${texts.steps[step]}`}
            aria-description={state}
            onClick={() => {
              onGo(step);
            }}
          >
            <span>{texts.steps[step]}</span>
            {open > 0 ? <Badge count={open} size="small" overflowCount={99} /> : <CheckOutlined aria-hidden />}
          </Button>
        );
      })}
    </nav>
  );
}
