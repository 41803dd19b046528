import { App, Button, Form, Input, Typography } from "antd";
import { useState } from "react";

import { commands } from "../../ipc/bindings";
import { CommandErrorPanel } from "../errors";
import { usePortalTexts } from "../texts";
import { useSessionAccess } from "./context";

/** Ties this computer to a branch, before its staff sign in. */
export function EnrolForm() {
  const texts = usePortalTexts().session;
  const { message } = App.useApp();
  const { setSession } = useSessionAccess();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  const enrol = async ({ activation_code }: { activation_code: string }) => {
    setBusy(true);
    setFailure(null);
    try {
      setSession(await commands.sessionEnrolMachine(activation_code.trim()));
      void message.success(texts.enrolled);
    } catch (thrown) {
      setFailure(thrown);
      setBusy(false);
    }
  };
  return (
    <Form<{ activation_code: string }>
      name="enrol"
      layout="vertical"
      requiredMark={false}
      onFinish={(values) => void enrol(values)}
    >
      <Typography.Paragraph type="secondary">{texts.activationHint}</Typography.Paragraph>
      <Form.Item
        name="activation_code"
        label={texts.activationCode}
        rules={[{ required: true, whitespace: true, message: texts.required }]}
      >
        <Input autoFocus autoComplete="off" spellCheck={false} />
      </Form.Item>
      {failure !== null && (
        <Form.Item>
          <CommandErrorPanel thrown={failure} />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit" block loading={busy}>
        {texts.enrol}
      </Button>
    </Form>
  );
}
