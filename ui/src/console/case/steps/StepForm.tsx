import { Alert, App, Button, Form } from "antd";

import { useSharedTexts } from "../../../shared/texts";
import { ApiError } from "../../api";
import type { FieldError } from "../../apiTypes";
import type { StepWriting } from "../../desk/desk";
import { usePapers } from "../../desk/DeskProvider";
import { useConsoleTexts } from "../../texts";
import type { StepsTexts } from "../../texts/stepsZh";
import { Refusal } from "../Refusal";
import { useReview } from "../review";
import { faultWords, unplacedWords } from "./faultWords";
import { placesOf, standing, tidied, trackOf } from "./report";
import { fieldId } from "./StepField";
import { StepFields } from "./StepFields";
import styles from "./steps.module.css";
import type { Recording } from "./useRecording";

interface Props {
  headingId: string;
  step: StepWriting;
  correcting: boolean;
  recording: Recording;
  onReload: () => Promise<unknown>;
}

/** The report of one step. What is typed lies on the desk, so that a refusal or a lost session loses nothing. */
export function StepForm({ headingId, step, correcting, recording, onReload }: Props) {
  const texts = useConsoleTexts();
  const { tracks } = useSharedTexts().steps;
  const { view, names } = useReview();
  const [, act] = usePapers(view.case_id);
  const { message } = App.useApp();

  const { limits } = names.profile;
  const track = trackOf(step);
  const state = view.progress.find((line) => line.track === track)?.state;
  const isOpen = state === (correcting ? "done" : "open");
  const report = tidied(step);
  const places = placesOf(step);
  const refused = refusalsOf(recording, report);
  const unplaced = refused.filter(({ pointer }) => !places.includes(pointer));
  const focusFirst = (faults: readonly FieldError[]) => {
    const first = places.find((place) => faults.some(({ pointer }) => pointer === place));
    if (first !== undefined) document.getElementById(fieldId(first))?.focus();
  };
  const record = () => {
    if (!isOpen) return;
    recording.mutate(report, {
      onSuccess: () => void message.success(texts.steps.saved[report.result]),
      onError: (error) => error instanceof ApiError && focusFirst(error.errors),
    });
  };
  const isDone = step.result === "done";
  return (
    <Form
      layout="vertical"
      requiredMark={false}
      // The browser's own bubbles would be in its language and stop at the first fault.
      noValidate
      onFinish={record}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) record();
      }}
    >
      <div className={styles.top}>
        <h2 id={headingId} className={styles.heading}>
          {titleOf(texts.steps, isDone, correcting)(tracks[track])}
        </h2>
      </div>
      {!isOpen && <Alert className={styles.refusal ?? ""} role="alert" type="warning" showIcon title={texts.steps.notOpen} />}
      {recording.isError && !isInvalid(recording.error) && (
        <div className={styles.refusal}>
          <Refusal change={recording} movedOn={texts.steps.conflict} onReload={onReload} />
        </div>
      )}
      {unplaced.length > 0 && (
        <Alert
          className={styles.refusal ?? ""}
          role="alert"
          type="error"
          showIcon
          title={[...new Set(unplaced.map((error) => unplacedWords(texts, error)))].join(" ")}
        />
      )}
      <p>{correcting ? texts.steps.correctAbout : isDone ? texts.steps.about[track] : texts.steps.failedAbout}</p>
      <StepFields
        step={step}
        maxTerminals={limits.max_terminals}
        onChange={(next) => act({ act: "write_step", step: next })}
        faultAt={(place, field) => {
          const fault = refused.find(({ pointer }) => pointer === place);
          return fault ? faultWords(texts, fault, field, limits.max_terminals) : null;
        }}
      />
      <div className={styles.buttons}>
        <Button disabled={recording.isPending} onClick={() => act({ act: "drop_step" })}>
          {texts.cancel}
        </Button>
        <Button type="primary" htmlType="submit" danger={!isDone} disabled={!isOpen} loading={recording.isPending}>
          {isDone ? texts.steps.done : texts.steps.failed}
        </Button>
      </div>
    </Form>
  );
}

function titleOf({ doneTitle, failedTitle, correctTitle }: StepsTexts, isDone: boolean, correcting: boolean) {
  if (correcting) return correctTitle;
  return isDone ? doneTitle : failedTitle;
}

/** What the backend says of places of the report, as far as they are still as they were sent. */
function refusalsOf({ error, variables }: Recording, report: StepWriting): FieldError[] {
  if (!isInvalid(error) || variables === undefined || variables.result === "reopened") return [];
  return standing(error.errors, variables, report);
}

function isInvalid(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === "invalid" && error.errors.length > 0;
}
