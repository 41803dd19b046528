import { Button, Form, Input, Typography } from "antd";
import { useState } from "react";

import { commands } from "../../ipc/bindings";
import { CommandErrorPanel } from "../errors";
import { usePortalTexts } from "../texts";
import { useSessionAccess } from "./context";
import { NewPinFields } from "./PinFields";
import styles from "./session.module.css";

interface Values {
  recovery_code: string;
  new_pin: string;
}

interface Props {
  account: string;
  onBack?: () => void;
}

/** Opens an account with its recovery code and gives it a new PIN. */
export function RecoveryForm({ account, onBack }: Props) {
  const texts = usePortalTexts().session;
  const { setSession } = useSessionAccess();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  const recover = async ({ recovery_code, new_pin }: Values) => {
    setBusy(true);
    setFailure(null);
    try {
      setSession(await commands.sessionRecover(account, recovery_code.trim(), new_pin));
    } catch (thrown) {
      setFailure(thrown);
      setBusy(false);
    }
  };
  return (
    <Form<Values> name="recovery" layout="vertical" requiredMark={false} onFinish={(values) => void recover(values)}>
      <Typography.Paragraph type="secondary">{texts.recovery.enterHint}</Typography.Paragraph>
      <Form.Item
        name="recovery_code"
        label={texts.recovery.code}
        rules={[{ required: true, whitespace: true, message: texts.required }]}
      >
        <Input.TextArea autoFocus autoSize={{ minRows: 2 }} autoComplete="off" spellCheck={false} />
      </Form.Item>
      <NewPinFields label={texts.newPin} />
      {failure !== null && (
        <Form.Item>
          <CommandErrorPanel thrown={failure} />
        </Form.Item>
      )}
      <div className={styles.row}>
        <Button type="primary" htmlType="submit" loading={busy}>
          {texts.recovery.submit}
        </Button>
        {onBack && <Button onClick={onBack}>{texts.back}</Button>}
      </div>
    </Form>
  );
}
