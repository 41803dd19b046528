import { PauseOutlined, PlayCircleOutlined, SendOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button } from "antd";
import type { AlertProps } from "antd";
import { useNavigate } from "react-router";

import { commands, type Connection, type OutboxView } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { EmptyState } from "../../shared/components/EmptyState";
import { CommandErrorPanel, useErrorMessage } from "../errors";
import { Page } from "../frame/Page";
import { useOutbox } from "../queries";
import { usePortalTexts } from "../texts";
import { Courier } from "./Courier";
import { Items } from "./Items";
import { Metered } from "./Metered";

const KINDS: Record<Connection, AlertProps["type"]> = {
  unknown: "info",
  online: "success",
  offline: "info",
  not_the_backend: "warning",
  sign_in_needed: "warning",
  not_enrolled: "info",
};

/** What waits to be sent, what stands in its way, and what has arrived. */
export default function Sync() {
  const texts = usePortalTexts().sync;
  const client = useQueryClient();
  const { message } = App.useApp();
  const errorMessage = useErrorMessage();
  const { data: outbox, error, refetch } = useOutbox();
  const { mutate: run, isPending } = useMutation({
    mutationFn: (command: () => Promise<OutboxView>) => command(),
    onSuccess: (view) => client.setQueryData(keys.outbox, view),
    onError: (thrown) => void message.error(errorMessage(thrown)),
  });
  const actions = outbox && (
    <>
      <Button
        icon={outbox.paused ? <PlayCircleOutlined aria-hidden /> : <PauseOutlined aria-hidden />}
        disabled={isPending}
        onClick={() => run(() => commands.outboxPause(!outbox.paused))}
      >
        {outbox.paused ? texts.resume : texts.pause}
      </Button>
      <Button
        type="primary"
        icon={<SendOutlined aria-hidden />}
        disabled={isPending || outbox.items.length === 0}
        onClick={() => run(commands.outboxSendNow)}
      >
        {texts.sendNow}
      </Button>
    </>
  );
  return (
    <Page label={texts.title} heading actions={actions}>
      {outbox ? (
        <Content
          outbox={outbox}
          busy={isPending}
          onRetry={(op_id) => run(() => commands.outboxRetry(op_id))}
          onSendAnyway={() => run(commands.outboxSendAnyway)}
        />
      ) : error ? (
        <CommandErrorPanel thrown={error} onRetry={() => void refetch()} />
      ) : (
        <DelayedSkeleton />
      )}
    </Page>
  );
}

interface ContentProps {
  outbox: OutboxView;
  busy: boolean;
  onRetry: (op_id: string) => void;
  onSendAnyway: () => void;
}

function Content({ outbox, busy, onRetry, onSendAnyway }: ContentProps) {
  const texts = usePortalTexts().sync;
  const navigate = useNavigate();
  const stuck = outbox.items.filter(({ state }) => state === "attention" || state === "conflict");
  const waiting = outbox.items.filter((item) => !stuck.includes(item));
  const more = outbox.more > 0 ? texts.more(outbox.more) : null;
  const askSignIn = outbox.online === "sign_in_needed" || outbox.online === "not_enrolled";
  return (
    <>
      <Alert
        showIcon
        role="status"
        type={outbox.paused ? "warning" : KINDS[outbox.online]}
        title={outbox.paused ? texts.paused : texts.connectionHints[outbox.online]}
        action={askSignIn && <Button onClick={() => void navigate("/sign-in")}>{texts.signIn}</Button>}
      />
      {outbox.metered && <Metered metered={outbox.metered} busy={busy} onSendAnyway={onSendAnyway} />}
      <Items heading={texts.attention} items={stuck} note={waiting.length === 0 ? more : null} busy={busy} onRetry={onRetry} />
      <Items heading={texts.queue} items={waiting} note={more} busy={busy} onRetry={onRetry}>
        {stuck.length === 0 && <EmptyState title={texts.empty} hint={texts.emptyHint} />}
      </Items>
      <Items heading={texts.received} hint={texts.receivedHint} items={outbox.received} busy={busy} onRetry={onRetry} />
      <Courier enrolled={outbox.online !== "not_enrolled"} hasWork={outbox.items.length > 0} />
    </>
  );
}
