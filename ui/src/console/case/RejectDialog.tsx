import { App, Form, Modal } from "antd";
import { useState } from "react";

import { Words } from "../../shared/components/Words";
import { isTooLong } from "../../shared/words";
import { usePapers } from "../desk/DeskProvider";
import { useConsoleTexts } from "../texts";
import { MAX_WORDS } from "./ReturnDialog";
import { useReview } from "./review";
import type { DecisionMaker } from "./useDecision";

interface Props {
  name: string;
  decision: DecisionMaker;
}

/** Ends the case for good; the words lie on the desk. */
export function RejectDialog({ name, decision }: Props) {
  const texts = useConsoleTexts();
  const { view } = useReview();
  const [{ rejection }, act] = usePapers(view.case_id);
  const { message } = App.useApp();
  const [tried, setTried] = useState(false);
  if (rejection === null) return null;
  const missing = rejection.trim() === "";
  const close = () => {
    setTried(false);
    act({ act: "reject", text: null });
  };
  const reject = () => {
    setTried(true);
    if (missing || isTooLong(rejection, MAX_WORDS)) return;
    decision.mutate(
      { kind: "reject", text: rejection.trim() },
      { onSuccess: () => void message.success(texts.rejecting.done) },
    );
  };
  return (
    <Modal
      open
      title={texts.rejecting.title(name)}
      okText={texts.rejecting.confirm}
      okButtonProps={{ danger: true }}
      cancelText={texts.cancel}
      confirmLoading={decision.isPending}
      cancelButtonProps={{ disabled: decision.isPending }}
      onOk={reject}
      onCancel={close}
      centered
      // A stray click must not throw away what was typed.
      mask={{ closable: false }}
    >
      <p>{texts.rejecting.text}</p>
      <Form layout="vertical" requiredMark={false}>
        <Form.Item
          label={texts.rejecting.reason}
          htmlFor="reject-words"
          {...(tried && missing && { validateStatus: "error" as const, help: texts.rejecting.required })}
        >
          <Words
            id="reject-words"
            autoFocus
            rows={4}
            max={MAX_WORDS}
            value={rejection}
            onChange={(event) => act({ act: "reject", text: event.target.value })}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
