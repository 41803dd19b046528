import { Form, Modal } from "antd";
import { useState } from "react";

import { useSharedTexts } from "../../shared/texts";
import { useErrorMessage } from "../errors";
import { PinField } from "../session/PinFields";
import { usePortalTexts } from "../texts";

interface Props {
  /** Exports, or fails with the reason. */
  onPin: (pin: string) => Promise<void>;
  onClose: () => void;
}

/** Work is about to leave this computer: whose it is shows to be there. */
export function ExportDialog({ onPin, onClose }: Props) {
  const { sync, session } = usePortalTexts();
  const { cancel } = useSharedTexts();
  const texts = sync.courier;
  const errorMessage = useErrorMessage();
  const [form] = Form.useForm<{ pin: string }>();
  const [isBusy, setBusy] = useState(false);
  const submit = async ({ pin }: { pin: string }) => {
    setBusy(true);
    try {
      await onPin(pin);
    } catch (failure) {
      form.setFields([{ name: "pin", value: "", errors: [errorMessage(failure)] }]);
      form.focusField("pin");
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={texts.export}
      okText={texts.toFile}
      cancelText={cancel}
      confirmLoading={isBusy}
      cancelButtonProps={{ disabled: isBusy }}
      onOk={form.submit}
      onCancel={onClose}
      centered
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(typed) => void submit(typed)}>
        <p>{texts.whyPin}</p>
        <PinField name="pin" label={session.pin} autoFocus />
      </Form>
    </Modal>
  );
}
