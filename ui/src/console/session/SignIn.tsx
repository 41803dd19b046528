import { Alert, Button, Card, Form, Input, Typography } from "antd";
import { useState } from "react";

import { SecondFactorFields } from "../../shared/components/SecondFactorFields";
import { SecretInput } from "../../shared/components/SecretInput";
import { useSecondFactor } from "../../shared/components/useSecondFactor";
import { useSharedTexts } from "../../shared/texts";
import { ApiError, secondFactor, signIn } from "../api";
import type { Me } from "../apiTypes";
import { ErrorOf } from "../ErrorOf";
import { LookChoice } from "../frame/LookChoice";
import type { Look } from "../frame/look";
import { useConsoleTexts } from "../texts";
import styles from "./session.module.css";

interface Values {
  user: string;
  password: string;
  /** The authenticator's code. */
  factor?: string;
}

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
  const factor = useSecondFactor(secondFactor);

  const submit = async ({ user, password, factor: code }: Values) => {
    if (busy) return;
    setBusy(true);
    setFailed(null);
    const who = { user: user.trim(), password };
    try {
      onSignedIn(await signIn({ ...who, ...(code !== undefined && { code }) }));
    } catch (error) {
      const taken = factor.takes(error instanceof ApiError ? error.code : null, who);
      await taken.then((isTaken) => !isTaken && setFailed(error), setFailed);
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
        <Form<Values>
          layout="vertical"
          size="large"
          requiredMark={false}
          onFinish={(values) => void submit(values)}
          onValuesChange={factor.forgetOthers}
        >
          <Form.Item
            name="user"
            label={texts.signIn.user}
            rules={[{ required: true, whitespace: true, message: texts.signIn.userRequired }]}
          >
            <Input autoComplete="username" autoFocus spellCheck={false} />
          </Form.Item>
          <Form.Item
            name="password"
            label={texts.signIn.password}
            rules={[{ required: true, message: texts.signIn.passwordRequired }]}
          >
            <SecretInput label={texts.signIn.password} autoComplete="current-password" />
          </Form.Item>
          {factor.asked && <SecondFactorFields setup={factor.asked.setup} />}
          <Button type="primary" htmlType="submit" block loading={busy}>
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
