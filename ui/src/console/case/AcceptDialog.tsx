import { App, Modal } from "antd";

import { useFocusReturn } from "../../shared/useFocusReturn";
import { usePapers } from "../desk/DeskProvider";
import { useConsoleTexts } from "../texts";
import styles from "./case.module.css";
import { useReview } from "./review";
import type { DecisionMaker } from "./useDecision";

interface Props {
  name: string;
  decision: DecisionMaker;
  onClose: () => void;
  onAccepted: () => void;
}

/** Accepting can't be undone: asked once more, with what is still open. */
export function AcceptDialog({ name, decision, onClose, onAccepted }: Props) {
  const texts = useConsoleTexts();
  const { view } = useReview();
  const [{ items }] = usePapers(view.case_id);
  const { message } = App.useApp();
  useFocusReturn();
  const accept = () =>
    decision.mutate(
      { kind: "accept" },
      {
        onSuccess: ({ notice_number }) => {
          void message.success(texts.accepting.done(notice_number ?? ""));
          onAccepted();
        },
        onError: onClose,
      },
    );
  return (
    <Modal
      open
      title={texts.accepting.title(name)}
      okText={texts.accepting.confirm}
      cancelText={texts.cancel}
      confirmLoading={decision.isPending}
      cancelButtonProps={{ disabled: decision.isPending }}
      onOk={accept}
      onCancel={onClose}
      centered
    >
      <p>{texts.accepting.text}</p>
      {view.problems.length > 0 && <p className={styles.warn}>{texts.accepting.warnings(view.problems.length)}</p>}
      {items.length > 0 && <p className={styles.warn}>{texts.accepting.listed(items.length)}</p>}
    </Modal>
  );
}
