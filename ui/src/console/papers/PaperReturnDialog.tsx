import { Form, Modal } from "antd";
import { useState } from "react";

import { Words } from "../../shared/components/Words";
import { isTooLong } from "../../shared/words";
import { MAX_WORDS } from "../case/ReturnDialog";
import { useConsoleTexts } from "../texts";

interface Props {
  open: boolean;
  name: string;
  busy: boolean;
  onReturn: (text: string) => void;
  onClose: () => void;
}

/** What is missing or wrong on the scans; the words stay while the contract is on screen. */
export function PaperReturnDialog({ open, name, busy, onReturn, onClose }: Props) {
  const { papers: texts, cancel } = useConsoleTexts();
  const [words, setWords] = useState("");
  const [tried, setTried] = useState(false);
  const missing = words.trim() === "";
  const giveBack = () => {
    setTried(true);
    if (!missing && !isTooLong(words, MAX_WORDS)) onReturn(words.trim());
  };
  return (
    <Modal
      open={open}
      title={texts.returnTitle(name)}
      okText={texts.returnConfirm}
      okButtonProps={{ danger: true }}
      cancelText={cancel}
      confirmLoading={busy}
      cancelButtonProps={{ disabled: busy }}
      onOk={giveBack}
      onCancel={onClose}
      centered
      mask={{ closable: false }}
    >
      <p>{texts.returnText}</p>
      <Form layout="vertical" requiredMark={false}>
        <Form.Item
          label={texts.reason}
          htmlFor="paper-return-words"
          {...(tried && missing && { validateStatus: "error" as const, help: texts.reasonRequired })}
        >
          <Words
            id="paper-return-words"
            autoFocus
            rows={4}
            max={MAX_WORDS}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
