import { Form, Modal } from "antd";
import { useState } from "react";

import { useSharedTexts } from "../../shared/texts";
import { useFocusReturn } from "../../shared/useFocusReturn";
import { CommandErrorPanel } from "../errors";
import { PinField } from "../session/PinFields";
import { usePortalTexts } from "../texts";

interface Props {
  /** Takes the keyboard when there is nothing more to export. */
  from: string;
  /** Exports, or fails with the reason. */
  onPin: (pin: string) => Promise<void>;
  onClose: () => void;
}

/** Work is about to leave this computer: whose it is shows to be there. */
export function ExportDialog({ from, onPin, onClose }: Props) {
  useFocusReturn(from);
  const { sync, session } = usePortalTexts();
  const { cancel } = useSharedTexts();
  const texts = sync.courier;
  const [form] = Form.useForm<{ pin: string }>();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const submit = async ({ pin }: { pin: string }) => {
    setBusy(true);
    setFailure(null);
    try {
      await onPin(pin);
    } catch (thrown) {
      setFailure(thrown);
      form.resetFields();
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
      // While the file is written there is a failure to be told of here.
      closable={!isBusy}
      keyboard={!isBusy}
      mask={{ closable: !isBusy }}
      onOk={form.submit}
      onCancel={onClose}
      centered
      width={420}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(typed) => void submit(typed)}>
        <p>{texts.whyPin}</p>
        <PinField name="pin" label={session.pin} autoFocus />
        {failure !== null && <CommandErrorPanel thrown={failure} />}
        {/* Enter in the field submits. */}
        <button type="submit" hidden />
      </Form>
    </Modal>
  );
}
