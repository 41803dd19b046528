import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Progress, Typography } from "antd";
import { useState } from "react";

import { type CaseView, commands, type OutboxItem } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";
import { useProgress } from "../../ipc/progress";
import { useFormat } from "../../shared/i18n/format";
import { usePortalTexts } from "../texts";
import { useTexts } from "../wizard/texts";
import { useErrorMessage } from "../errors";
import styles from "./case.module.css";

/** The case's operation on its way: how far, why not, and what can be done about it. */
export function OutboxPanel({ view }: { view: CaseView }) {
  return view.outbox && <Item view={view} item={view.outbox} />;
}

function Item({ view, item }: { view: CaseView; item: OutboxItem }) {
  const texts = useTexts();
  const { sync, sendProblems, sendProblemUnknown } = usePortalTexts();
  const reasonOf = (code: string) => (sendProblems as Record<string, string>)[code] ?? sendProblemUnknown(code);
  const format = useFormat();
  const errorText = useErrorMessage();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [isBusy, setBusy] = useState(false);
  const { bytes_sent, bytes_total } = useProgress(item.op_id, item);
  const run = (work: () => Promise<unknown>, done?: string) => async () => {
    setBusy(true);
    try {
      await work();
      if (done !== undefined) void message.success(done);
    } catch (reason) {
      void message.error(texts.case.failed(errorText(reason)));
    }
    await client.invalidateQueries({ queryKey: keys.case(view.case_id) });
    setBusy(false);
  };
  const isStuck = item.state === "attention" || item.state === "conflict";
  // The backend has all of it: nothing is left to send.
  const waitsForApproval = item.state === "approval";
  return (
    <section className={styles.outbox} aria-label={texts.case.outbox.heading}>
      <div className={styles.outboxHead}>
        <Typography.Text strong>{sync.states[item.state]}</Typography.Text>
        <Typography.Text type="secondary">
          {sync.bytes(format.bytes(bytes_sent), format.bytes(bytes_total))}
          {item.attempts > 0 && ` · ${sync.attempts(item.attempts)}`}
          {item.next_at_ms !== null && ` · ${sync.nextTry(format.time(item.next_at_ms))}`}
        </Typography.Text>
        <span className={styles.push}>
          {item.state === "attention" && (
            <Button disabled={isBusy} onClick={() => void run(() => commands.outboxRetry(item.op_id))()}>
              {sync.retry}
            </Button>
          )}
          {!isStuck && !waitsForApproval && (
            <Button disabled={isBusy} onClick={() => void run(commands.outboxSendNow)()}>
              {sync.sendNow}
            </Button>
          )}
          <Button
            disabled={isBusy || item.state === "sending"}
            onClick={() => void run(() => commands.caseUnqueue(view.case_id), texts.case.outbox.takenBack)()}
          >
            {item.state === "conflict" ? texts.case.outbox.takeBackend : texts.case.outbox.takeBack}
          </Button>
        </span>
      </div>
      <Progress
        percent={bytes_total === 0 ? 0 : Math.round((bytes_sent / bytes_total) * 100)}
        status={isStuck ? "exception" : "normal"}
        aria-label={texts.case.outbox.heading}
      />
      {item.problem && (
        <Typography.Text type="danger" role="alert">
          {texts.case.outbox.problem(reasonOf(item.problem.code))}
        </Typography.Text>
      )}
      {waitsForApproval && (
        <Typography.Text type="secondary" className={styles.block}>
          {texts.case.outbox.approvalHint}
        </Typography.Text>
      )}
      {item.state === "conflict" && (
        <Typography.Text type="secondary" className={styles.block}>
          {texts.case.outbox.conflictHint}
        </Typography.Text>
      )}
    </section>
  );
}
