import { Button, Form, Select, Typography } from "antd";
import { useState } from "react";

import { commands } from "../../ipc/bindings";
import { commandError } from "../../ipc/call";
import { CommandErrorPanel, pinWait_s } from "../errors";
import { usePortalTexts } from "../texts";
import { useSessionAccess } from "./context";
import { PinField } from "./PinFields";
import { RecoveryForm } from "./RecoveryForm";
import styles from "./session.module.css";
import { SignInForm } from "./SignInForm";
import { StartScreen } from "./StartScreen";
import { useCountdown } from "./useCountdown";

type Way = "pin" | "recovery" | "sign_in";

/** Over the screens, which stay as they are below. */
export function LockScreen() {
  const texts = usePortalTexts();
  const { session } = useSessionAccess();
  const lost = session.vault === "secrets_missing";
  const [way, setWay] = useState<Way>(lost ? "recovery" : "pin");
  const [account, setAccount] = useState(session.accounts[0]?.account ?? "");
  const chosen = session.accounts.find((each) => each.account === account) ?? session.accounts[0];

  if (way === "sign_in" || !chosen) {
    return (
      <StartScreen>
        <SignInForm onBack={chosen && (() => setWay("pin"))} />
      </StartScreen>
    );
  }
  return (
    <StartScreen>
      <div className={styles.stack}>
        <div>
          <Typography.Title level={1} style={{ fontSize: "1.3em", margin: 0 }}>
            {way === "pin" ? texts.session.unlock.title : texts.session.recovery.enter}
          </Typography.Title>
          <Typography.Text type="secondary">
            {lost ? texts.session.unlock.lost : way === "pin" ? texts.session.unlock.hint : ""}
          </Typography.Text>
        </div>
        {session.accounts.length > 1 ? (
          <Select
            aria-label={texts.session.unlock.chooser}
            value={chosen.account}
            onChange={setAccount}
            options={session.accounts.map((each) => ({
              value: each.account,
              label: `${each.display} · ${texts.frame.roles[each.role]}`,
            }))}
          />
        ) : (
          <Typography.Text strong>{`${chosen.display} · ${texts.frame.roles[chosen.role]}`}</Typography.Text>
        )}
        {way === "pin" ? (
          <Unlock key={chosen.account} account={chosen.account} onForgotten={() => setWay("recovery")} />
        ) : (
          <RecoveryForm account={chosen.account} onBack={lost ? undefined : () => setWay("pin")} />
        )}
        <Button type="link" onClick={() => setWay("sign_in")}>
          {texts.session.unlock.other}
        </Button>
      </div>
    </StartScreen>
  );
}

function Unlock({ account, onForgotten }: { account: string; onForgotten: () => void }) {
  const texts = usePortalTexts().session;
  const { setSession } = useSessionAccess();
  const [form] = Form.useForm<{ pin: string }>();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [wait_s, startWait] = useCountdown();

  const unlock = async ({ pin }: { pin: string }) => {
    setBusy(true);
    setFailure(null);
    try {
      setSession(await commands.sessionUnlock(account, pin));
    } catch (thrown) {
      startWait(pinWait_s(commandError(thrown)));
      setFailure(thrown);
      form.resetFields();
      setBusy(false);
    }
  };
  return (
    <Form form={form} name="unlock" layout="vertical" requiredMark={false} onFinish={(values) => void unlock(values)}>
      <PinField name="pin" label={texts.pin} autoFocus />
      {wait_s > 0 ? (
        <Typography.Paragraph type="danger" role="alert">
          {texts.unlock.wait(wait_s)}
        </Typography.Paragraph>
      ) : (
        failure !== null && (
          <Form.Item>
            <CommandErrorPanel thrown={failure} />
          </Form.Item>
        )
      )}
      <div className={styles.row}>
        <Button type="primary" htmlType="submit" loading={busy} disabled={wait_s > 0}>
          {texts.unlock.submit}
        </Button>
        <Button type="link" onClick={onForgotten}>
          {texts.unlock.forgot}
        </Button>
      </div>
    </Form>
  );
}
