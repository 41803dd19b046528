import { Form, Input, QRCode, Typography } from "antd";

import type { SecondFactorView } from "../../ipc/bindings";
import { useSharedTexts } from "../texts";
import styles from "./second-factor.module.css";

interface Props {
  /** Null where an app was set up before. */
  setup: SecondFactorView | null;
}

const CODE_PX = 168;

/** The authenticator's code inside a sign-in form, as its field `factor`; before the first one, what to set the app up with. */
export function SecondFactorFields({ setup }: Props) {
  const texts = useSharedTexts().secondFactor;
  return (
    <>
      {setup && (
        <div className={styles.setup}>
          {/* Dark on light in every theme: not every phone reads the other way round. */}
          <QRCode value={setup.uri} type="svg" size={CODE_PX} color="#000" bgColor="#fff" bordered={false} aria-label={texts.qr} />
          <div className={styles.words}>
            <Typography.Text>{texts.setUp}</Typography.Text>
            <Typography.Text type="secondary">{texts.orType}</Typography.Text>
            <Typography.Text code copyable={{ text: setup.secret }} className={styles.secret}>
              {inFours(setup.secret)}
            </Typography.Text>
          </div>
        </div>
      )}
      <Form.Item
        name="factor"
        label={texts.code}
        extra={texts.hint}
        validateTrigger="onBlur"
        rules={[
          { required: true, message: texts.required },
          { pattern: /^\s*\d{3}\s*\d{3}\s*$/, message: texts.bad },
        ]}
      >
        <Input autoFocus inputMode="numeric" autoComplete="one-time-code" maxLength={8} />
      </Form.Item>
    </>
  );
}

function inFours(secret: string): string {
  return secret.replace(/.{4}(?=.)/g, "$& ");
}
