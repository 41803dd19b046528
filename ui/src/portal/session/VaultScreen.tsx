import { Button, Form, Modal, Typography } from "antd";
import { useState } from "react";

import { commands, type SessionView } from "../../ipc/bindings";
import { SecretInput } from "../../shared/components/SecretInput";
import { CommandErrorPanel } from "../errors";
import { usePortalTexts } from "../texts";
import { useSessionAccess } from "./context";
import styles from "./session.module.css";
import { SelfcheckButton } from "./SelfcheckButton";
import { StartScreen } from "./StartScreen";

const MIN_CHARS = 8;

/** The keys can't be reached yet: what happened, and the way on. */
export function VaultScreen() {
  const texts = usePortalTexts().session.vault;
  const { session, setSession } = useSessionAccess();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  const run = async (command: Promise<SessionView>) => {
    setBusy(true);
    setFailure(null);
    try {
      setSession(await command);
    } catch (thrown) {
      setFailure(thrown);
    }
    setBusy(false);
  };

  const create = session.vault === "keyring_absent";
  const asks = create || session.vault === "passphrase_needed";
  const [title, hint] = create
    ? [texts.absent, texts.absentHint]
    : asks
      ? [texts.needed, texts.neededHint]
      : session.vault === "secrets_missing"
        ? [texts.missing, texts.missingDraftsHint]
        : [texts.locked, texts.lockedHint];

  return (
    <StartScreen>
      <div className={styles.stack}>
        <Typography.Title level={1} style={{ fontSize: "1.3em", margin: 0 }}>
          {title}
        </Typography.Title>
        <Typography.Text>{hint}</Typography.Text>
        {failure !== null && <CommandErrorPanel thrown={failure} />}
        {asks ? (
          <PassphraseForm
            create={create}
            busy={busy}
            onGiven={(words) => void run(create ? commands.vaultCreate(words) : commands.vaultOpen(words))}
          />
        ) : null}
        {session.vault !== "passphrase_needed" && (
          <Button type={asks ? "default" : "primary"} loading={busy} onClick={() => void run(commands.vaultRetry())}>
            {texts.retry}
          </Button>
        )}
        {session.vault === "secrets_missing" && (
          <StartAnew busy={busy} onConfirmed={() => void run(commands.vaultStartAnew())} />
        )}
        <SelfcheckButton />
      </div>
    </StartScreen>
  );
}

/** The last way out, where no recovery code was ever given: said what it means, and asked twice. */
function StartAnew({ busy, onConfirmed }: { busy: boolean; onConfirmed: () => void }) {
  const texts = usePortalTexts().session.vault;
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button danger disabled={busy} onClick={() => setAsking(true)}>
        {texts.startAnew}
      </Button>
      <Modal
        open={asking}
        title={texts.startAnewAsk}
        okText={texts.startAnew}
        okButtonProps={{ danger: true }}
        cancelText={texts.cancel}
        onCancel={() => setAsking(false)}
        onOk={() => {
          setAsking(false);
          onConfirmed();
        }}
      >
        {texts.startAnewMeans}
      </Modal>
    </>
  );
}

interface PassphraseProps {
  create: boolean;
  busy: boolean;
  onGiven: (passphrase: string) => void;
}

function PassphraseForm({ create, busy, onGiven }: PassphraseProps) {
  const all = usePortalTexts().session;
  const texts = all.vault;
  return (
    <Form<{ passphrase: string }>
      name="vault"
      layout="vertical"
      requiredMark={false}
      onFinish={({ passphrase }) => onGiven(passphrase)}
    >
      <Form.Item
        name="passphrase"
        label={texts.passphrase}
        extra={create ? texts.passphraseHint : undefined}
        validateTrigger="onBlur"
        rules={[
          { required: true, message: all.required },
          ...(create ? [{ min: MIN_CHARS, message: texts.passphraseShort }] : []),
        ]}
      >
        <SecretInput label={texts.passphrase} autoFocus autoComplete="off" />
      </Form.Item>
      {create && (
        <Form.Item
          name="again"
          label={texts.passphraseAgain}
          dependencies={["passphrase"]}
          validateTrigger="onBlur"
          rules={[
            { required: true, message: all.required },
            ({ getFieldValue }) => ({
              validator: (_, again: string | undefined) =>
                !again || again === getFieldValue("passphrase")
                  ? Promise.resolve()
                  : Promise.reject(new Error(texts.passphraseDiffers)),
            }),
          ]}
        >
          <SecretInput label={texts.passphraseAgain} autoComplete="off" />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit" block loading={busy}>
        {create ? texts.create : texts.open}
      </Button>
    </Form>
  );
}
