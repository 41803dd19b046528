import { Form } from "antd";

import { SecretInput } from "../../shared/components/SecretInput";
import { usePortalTexts } from "../texts";
import { PIN_MAX_DIGITS, pinProblem } from "./pin";

interface Props {
  name: string;
  label: string;
  autoFocus?: boolean;
}

/** One PIN, as digits that nobody can read. */
export function PinField({ name, label, autoFocus }: Props) {
  const texts = usePortalTexts().session;
  return (
    <Form.Item name={name} label={label} rules={[{ required: true, message: texts.required }]}>
      <PinInput label={label} autoFocus={autoFocus} />
    </Form.Item>
  );
}

function PinInput(props: { label: string; autoFocus?: boolean }) {
  return <SecretInput {...props} inputMode="numeric" autoComplete="off" maxLength={PIN_MAX_DIGITS} />;
}

interface NewProps {
  label: string;
  hint?: string;
}

/** A new PIN and the same again, as `new_pin` and `new_pin_again`. */
export function NewPinFields({ label, hint }: NewProps) {
  const texts = usePortalTexts().session;
  return (
    <>
      <Form.Item
        name="new_pin"
        label={label}
        extra={hint}
        validateTrigger="onBlur"
        rules={[
          { required: true, message: texts.required },
          {
            validator: (_, pin: string | undefined) => {
              const problem = pin ? pinProblem(pin) : null;
              return problem ? Promise.reject(new Error(texts.pinProblems[problem])) : Promise.resolve();
            },
          },
        ]}
      >
        <PinInput label={label} />
      </Form.Item>
      <Form.Item
        name="new_pin_again"
        label={texts.pinAgain}
        dependencies={["new_pin"]}
        validateTrigger="onBlur"
        rules={[
          { required: true, message: texts.required },
          ({ getFieldValue }) => ({
            validator: (_, again: string | undefined) =>
              !again || again === getFieldValue("new_pin")
                ? Promise.resolve()
                : Promise.reject(new Error(texts.pinDiffers)),
          }),
        ]}
      >
        <PinInput label={texts.pinAgain} />
      </Form.Item>
    </>
  );
}
