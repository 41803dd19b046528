import { Alert, Button, Card, Form, Input, Typography } from "antd";
import { useState } from "react";

import { SecretInput } from "../../shared/components/SecretInput";
import { useSharedTexts } from "../../shared/texts";
import { ApiError, signIn } from "../api";
import type { Me, SignInRequest } from "../apiTypes";
import { ErrorOf } from "../ErrorOf";
import { LookChoice } from "../frame/LookChoice";
import type { Look } from "../frame/look";
import { useConsoleTexts } from "../texts";
import styles from "./session.module.css";

interface Props {
  /** A session ended by itself. */
  expired: boolean;
  look: Look;
  onLook: (look: Look) => void;
  onSignedIn: (me: Me) => void;
}

export function SignIn({ expired, look, onLook, onSignedIn }: Props) {
  const texts = useConsoleTexts();
  const { product } = useSharedTexts();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);

  const submit = async (request: SignInRequest) => {
    if (busy) return;
    setBusy(true);
    setFailed(null);
    try {
      onSignedIn(await signIn({ user: request.user.trim(), password: request.password }));
    } catch (error) {
      setFailed(error);
      setBusy(false);
    }
  };

  return (
    <main className={styles.page}>
      <Card className={styles.card}>
        <Typography.Text type="secondary">{product}</Typography.Text>
        <Typography.Title level={1} className={styles.title}>
          {texts.signIn.heading}
        </Typography.Title>
        {expired && failed === null && <Alert className={styles.note} type="info" showIcon title={texts.signIn.expired} />}
        {failed !== null && (
          <div className={styles.note}>
            {isRefused(failed) ? (
              <Alert role="alert" type="error" showIcon title={texts.signIn.failed} />
            ) : (
              <ErrorOf error={failed} />
            )}
          </div>
        )}
        <Form<SignInRequest> layout="vertical" requiredMark={false} onFinish={(values) => void submit(values)}>
          <Form.Item
            name="user"
            label={texts.signIn.user}
            rules={[{ required: true, whitespace: true, message: texts.signIn.userRequired }]}
          >
            <Input autoComplete="username" autoFocus size="large" spellCheck={false} />
          </Form.Item>
          <Form.Item
            name="password"
            label={texts.signIn.password}
            rules={[{ required: true, message: texts.signIn.passwordRequired }]}
          >
            <SecretInput label={texts.signIn.password} autoComplete="current-password" size="large" />
          </Form.Item>
          <Button type="primary" htmlType="submit" size="large" block loading={busy}>
            {texts.signIn.submit}
          </Button>
        </Form>
      </Card>
      <LookChoice look={look} onLook={onLook} />
    </main>
  );
}

/** Wrong, switched off or without the right: one text for all, so that nothing can be guessed from it. */
function isRefused(error: unknown): boolean {
  return error instanceof ApiError && ["unauthorized", "disabled", "forbidden"].includes(error.code);
}
