import { Button, Form, Input, Typography } from "antd";
import { useState } from "react";

import { commands } from "../../ipc/bindings";
import { CommandErrorPanel } from "../errors";
import { usePortalTexts } from "../texts";
import styles from "./session.module.css";
import { useCountdown } from "./useCountdown";

/** Phone and one-time code, inside the sign-in form. */
export function PhoneFields() {
  const texts = usePortalTexts().session;
  const form = Form.useFormInstance();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [valid_s, setValid] = useState<number | null>(null);
  const [again_s, startAgain] = useCountdown();

  const send = async () => {
    const { phone } = (await form.validateFields(["phone"])) as { phone: string };
    setBusy(true);
    setFailure(null);
    try {
      const sent = await commands.sessionSendCode(phone.trim());
      setValid(sent.valid_s);
      startAgain(sent.again_after_s);
    } catch (thrown) {
      setFailure(thrown);
    }
    setBusy(false);
  };
  return (
    <>
      <Form.Item
        name="phone"
        label={texts.phone}
        validateTrigger="onBlur"
        rules={[
          { required: true, message: texts.required },
          { pattern: /^\s*1\d{10}\s*$/, message: texts.phoneBad },
        ]}
      >
        <Input autoFocus inputMode="tel" autoComplete="off" />
      </Form.Item>
      <Form.Item label={texts.code} htmlFor="sign_in_code" required>
        <div className={styles.code}>
          <Form.Item name="code" noStyle rules={[{ required: true, message: texts.required }]}>
            <Input inputMode="numeric" autoComplete="one-time-code" maxLength={8} />
          </Form.Item>
          {/* A number that is refused shows it at its field. */}
          <Button loading={busy} disabled={again_s > 0} onClick={() => void send().catch(() => undefined)}>
            {again_s > 0 ? texts.sendAgain(again_s) : texts.sendCode}
          </Button>
        </div>
        {valid_s !== null && (
          <Typography.Text type="secondary" role="status">
            {texts.codeSent(Math.floor(valid_s / 60))}
          </Typography.Text>
        )}
      </Form.Item>
      {failure !== null && (
        <Form.Item>
          <CommandErrorPanel thrown={failure} />
        </Form.Item>
      )}
    </>
  );
}
