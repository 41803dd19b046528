import { Alert, App, Button, Form, Input, Segmented, Typography } from "antd";
import { useState } from "react";

import { commands, type SignedInView, type SignInProof } from "../../ipc/bindings";
import { commandError } from "../../ipc/call";
import { SecondFactorFields } from "../../shared/components/SecondFactorFields";
import { SecretInput } from "../../shared/components/SecretInput";
import { useSecondFactor } from "../../shared/components/useSecondFactor";
import { CommandErrorPanel } from "../errors";
import { usePortalTexts } from "../texts";
import { useSessionAccess } from "./context";
import { EnrolForm } from "./EnrolForm";
import { NewPinFields } from "./PinFields";
import { PhoneFields } from "./PhoneFields";
import styles from "./session.module.css";

type Who = "merchant" | "staff";

interface Values {
  phone: string;
  code: string;
  user: string;
  password: string;
  /** The authenticator's code. */
  factor: string;
  new_pin: string;
}

interface Props {
  onBack?: () => void;
  /** After signing in. */
  onDone?: () => void;
}

/** Proves who somebody is, and sets the PIN the first time. */
export function SignInForm({ onBack, onDone }: Props) {
  const texts = usePortalTexts().session;
  const { message } = App.useApp();
  const { session, setSession, showRecoveryCode } = useSessionAccess();
  const [who, setWho] = useState<Who>(session.branch === null ? "merchant" : "staff");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const factor = useSecondFactor(({ user, password }) => commands.sessionSecondFactor(user, password));

  const finish = (view: SignedInView) => {
    if (view.recovery_code !== null) showRecoveryCode(view.recovery_code);
    setSession(view.session);
    void message.success(view.adopted_drafts > 0 ? texts.adopted(view.adopted_drafts) : texts.signedIn);
    onDone?.();
  };
  const signIn = async (values: Values) => {
    setBusy(true);
    setFailure(null);
    try {
      finish(await commands.sessionSignIn(proofOf(who, values), values.new_pin));
    } catch (thrown) {
      const taken = factor.takes(commandError(thrown).code, values);
      await taken.then((isTaken) => !isTaken && setFailure(thrown), setFailure);
    }
    setBusy(false);
  };

  const enrol = who === "staff" && session.branch === null;
  return (
    <div className={styles.stack}>
      <div>
        <Typography.Title level={1} style={{ fontSize: "1.3em", margin: 0 }}>
          {texts.title}
        </Typography.Title>
        <Typography.Text type="secondary">{texts.intro}</Typography.Text>
      </div>
      <Segmented<Who>
        block
        aria-label={texts.who}
        value={who}
        onChange={(next) => {
          setWho(next);
          setFailure(null);
          factor.forget();
        }}
        options={[
          { value: "merchant", label: texts.asMerchant },
          { value: "staff", label: texts.asStaff },
        ]}
      />
      {enrol ? (
        <EnrolForm />
      ) : (
        <Form<Values>
          name="sign_in"
          layout="vertical"
          requiredMark={false}
          onFinish={(values) => void signIn(values)}
          onValuesChange={factor.forgetOthers}
        >
          {session.branch !== null && who === "staff" && (
            <Form.Item>
              <Alert type="info" title={texts.branch(session.branch)} />
            </Form.Item>
          )}
          {who === "merchant" ? <PhoneFields /> : <StaffFields />}
          {who === "staff" && factor.asked && <SecondFactorFields setup={factor.asked.setup} />}
          <NewPinFields label={texts.pin} hint={texts.pinHint} />
          {failure !== null && (
            <Form.Item>
              <CommandErrorPanel thrown={failure} />
            </Form.Item>
          )}
          <Button type="primary" htmlType="submit" block loading={busy}>
            {texts.submit}
          </Button>
        </Form>
      )}
      {onBack && <Button onClick={onBack}>{texts.back}</Button>}
    </div>
  );
}

function StaffFields() {
  const texts = usePortalTexts().session;
  const rules = [{ required: true, message: texts.required }];
  return (
    <>
      <Form.Item name="user" label={texts.user} rules={rules}>
        <Input autoFocus autoComplete="off" spellCheck={false} />
      </Form.Item>
      <Form.Item name="password" label={texts.password} rules={rules}>
        <SecretInput label={texts.password} autoComplete="off" />
      </Form.Item>
    </>
  );
}

function proofOf(who: Who, { phone, code, user, password, factor }: Partial<Values>): SignInProof {
  return who === "merchant"
    ? { by: "phone", phone: (phone ?? "").trim(), code: (code ?? "").trim() }
    : { by: "password", user: (user ?? "").trim(), password: password ?? "", code: factor ?? null };
}
