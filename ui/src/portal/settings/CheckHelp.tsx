import { App, Button, Modal, Typography } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";

import { commands, type Finding } from "../../ipc/bindings";
import { useErrorMessage } from "../errors";
import { useSessionAccess } from "../session/context";
import { usePortalTexts } from "../texts";
import styles from "./settings.module.css";

interface Props {
  /** What the check is called. */
  name: string;
  finding: Finding;
  onAgain: () => void;
}

/** One click to what can be done about a finding: the steps, and the step that the portal can take itself. */
export function CheckHelp({ name, finding, onAgain }: Props) {
  const texts = usePortalTexts().settings.help;
  const [open, setOpen] = useState(false);
  const steps = texts.steps[finding];
  if (!steps) return null;
  return (
    <>
      <Button size="small" aria-label={texts.openFor(name)} onClick={() => setOpen(true)}>
        {texts.open}
      </Button>
      <Modal
        open={open}
        title={texts.openFor(name)}
        onCancel={() => setOpen(false)}
        width={480}
        footer={[
          <Button
            key="again"
            onClick={() => {
              setOpen(false);
              onAgain();
            }}
          >
            {texts.again}
          </Button>,
          <OwnStep key="own" finding={finding} onDone={() => setOpen(false)} onAgain={onAgain} />,
        ]}
      >
        <ol className={styles.steps}>
          {steps.map((step) => (
            <li key={step}>
              <Typography.Text>{step}</Typography.Text>
            </li>
          ))}
        </ol>
      </Modal>
    </>
  );
}

function OwnStep({ finding, onDone, onAgain }: { finding: Finding; onDone: () => void; onAgain: () => void }) {
  const texts = usePortalTexts().settings.help;
  const navigate = useNavigate();
  const { message } = App.useApp();
  const errorMessage = useErrorMessage();
  const { setSession } = useSessionAccess();
  const [busy, setBusy] = useState(false);
  const run = async (step: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await step();
      onDone();
      onAgain();
    } catch (thrown) {
      void message.error(errorMessage(thrown));
    }
    setBusy(false);
  };
  const own: Partial<Record<Finding, [label: string, act: () => void]>> = {
    keyring_locked: [texts.askKeyring, () => void run(async () => setSession(await commands.vaultRetry()))],
    keyring_absent: [texts.askKeyring, () => void run(async () => setSession(await commands.vaultRetry()))],
    secrets_missing: [texts.lock, () => void run(async () => setSession(await commands.sessionLock()))],
    not_signed_in: [texts.signIn, () => void navigate("/sign-in")],
    unreachable: [texts.sendNow, () => void run(commands.outboxSendNow)],
    not_the_backend: [texts.sendNow, () => void run(commands.outboxSendNow)],
  };
  const step = own[finding];
  if (!step) return null;
  return (
    <Button type="primary" loading={busy} onClick={step[1]}>
      {step[0]}
    </Button>
  );
}
