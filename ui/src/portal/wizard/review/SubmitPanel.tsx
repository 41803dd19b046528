import { Alert, Button, Checkbox, Typography } from "antd";
import { useRef, useState, useSyncExternalStore } from "react";

import { commands } from "../../../ipc/bindings";
import { commandError } from "../../../ipc/call";
import { useCaseView, useSaveState, useWizard } from "../draft/context";
import { useTexts } from "../texts";
import { useErrorMessage } from "../../errors";
import styles from "../wizard.module.css";

/** The merchant's confirmation and the one button that submits. */
export function SubmitPanel({ onSubmitted }: { onSubmitted: () => void }) {
  const texts = useTexts();
  const errorText = useErrorMessage();
  const { draft, uploads } = useWizard();
  const view = useCaseView();
  const save = useSaveState();
  const photos = useSyncExternalStore(uploads.subscribe, uploads.uploads);
  const [confirmedRevision, setConfirmedRevision] = useState<number | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  // The button's own state comes a paint too late for the second of two fast clicks.
  const started = useRef(false);

  const blocking = view.problems.filter((problem) => problem.severity === "blocking").length;
  const unanswered = view.returned.filter((entry) => !entry.changed).length;
  // They belong to what is submitted; behind it they would be refused.
  const arriving = photos.filter((upload) => upload.state.kind !== "failed").length;
  const isResubmission = view.returned.length > 0;
  const isReady = blocking === 0 && unanswered === 0 && arriving === 0 && save.kind !== "failed";
  // What was confirmed is what is submitted: a later change asks again.
  const isConfirmed = confirmedRevision === view.revision && save.kind === "saved";

  const submit = async () => {
    if (started.current || confirmedRevision === null) return;
    started.current = true;
    setBusy(true);
    setFailure(null);
    try {
      await draft.changeSeen(confirmedRevision, () => commands.caseSubmit(view.case_id, confirmedRevision));
      onSubmitted();
    } catch (reason) {
      setFailure(reason);
      started.current = false;
      setBusy(false);
    }
  };

  return (
    <div className={styles.submit}>
      <Checkbox
        checked={isConfirmed}
        disabled={!isReady || isBusy}
        onChange={(event) => {
          setConfirmedRevision(event.target.checked ? view.revision : null);
        }}
      >
        {texts.review.confirm}
      </Checkbox>
      {failure !== null && (
        <Alert type="error" showIcon role="alert" title={texts.review.submitFailed(reasonOf(failure))} />
      )}
      <div className={styles.submitRow}>
        <Button
          type="primary"
          size="large"
          loading={isBusy}
          disabled={!isReady || !isConfirmed || isBusy}
          onClick={() => void submit()}
        >
          {isBusy ? texts.review.submitting : isResubmission ? texts.review.resubmit : texts.review.submit}
        </Button>
        <Typography.Text type="secondary">{hint()}</Typography.Text>
      </div>
    </div>
  );

  function reasonOf(reason: unknown): string {
    return commandError(reason).code === "stale" ? texts.review.changedMeanwhile : errorText(reason);
  }

  function hint(): string {
    if (arriving > 0) return texts.review.arriving(arriving);
    if (blocking > 0) return texts.review.blocking(blocking);
    if (unanswered > 0) return texts.review.unanswered(unanswered);
    return isConfirmed ? texts.review.offline : texts.review.confirmFirst;
  }
}
