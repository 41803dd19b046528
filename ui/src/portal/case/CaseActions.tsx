import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Modal } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";

import { type CaseView, commands } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";
import { Words } from "../../shared/components/Words";
import { isTooLong } from "../../shared/words";
import { useTexts } from "../wizard/texts";
import { useErrorMessage } from "../errors";

/** Ending the case: a draft is deleted, an application that was received is withdrawn. */
export function CaseActions({ view }: { view: CaseView }) {
  const isDraft = view.tracks.review === "not_submitted" && view.outbox === null;
  const isReviewed = view.tracks.review === "in_review" || view.tracks.review === "returned";
  if (isDraft && view.editing.mode === "everything") return <DeleteDraft view={view} />;
  if (isReviewed && view.outbox === null) return <Withdraw view={view} />;
  return null;
}

function DeleteDraft({ view }: { view: CaseView }) {
  const texts = useTexts();
  const errorText = useErrorMessage();
  const navigate = useNavigate();
  const { message, modal } = App.useApp();
  const remove = async () => {
    try {
      await commands.caseDelete(view.case_id);
      void message.success(texts.case.deleteDone);
      void navigate("/cases");
    } catch (reason) {
      void message.error(texts.case.failed(errorText(reason)));
    }
  };
  const ask = () => {
    modal.confirm({
      title: texts.case.deleteAsk,
      content: texts.case.deleteAbout,
      okText: texts.case.deleteDraft,
      okButtonProps: { danger: true },
      cancelText: texts.case.cancel,
      focusable: { autoFocusButton: "cancel" },
      onOk: remove,
    });
  };
  return (
    <Button danger onClick={ask}>
      {texts.case.deleteDraft}
    </Button>
  );
}

/** Longest reason the store takes, in characters. */
const MAX_REASON_CHARS = 500;

function Withdraw({ view }: { view: CaseView }) {
  const texts = useTexts();
  const errorText = useErrorMessage();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const isSaid = reason.trim() !== "" && !isTooLong(reason, MAX_REASON_CHARS);
  const withdraw = async () => {
    setBusy(true);
    try {
      client.setQueryData(keys.case(view.case_id), await commands.caseWithdraw(view.case_id, reason.trim()));
      void message.success(texts.case.withdrawDone);
      setOpen(false);
    } catch (failure) {
      void message.error(texts.case.failed(errorText(failure)));
    }
    setBusy(false);
  };
  return (
    <>
      <Button danger onClick={() => setOpen(true)}>
        {texts.case.withdraw}
      </Button>
      <Modal
        open={isOpen}
        title={texts.case.withdrawAsk}
        okText={texts.case.withdraw}
        okButtonProps={{ danger: true, disabled: !isSaid, loading: isBusy }}
        cancelText={texts.case.cancel}
        onOk={() => void withdraw()}
        onCancel={() => setOpen(false)}
      >
        <p>{texts.case.withdrawAbout}</p>
        <Words
          aria-label={texts.case.withdrawReason}
          placeholder={texts.case.withdrawReason}
          value={reason}
          max={MAX_REASON_CHARS}
          rows={3}
          onChange={(event) => setReason(event.target.value)}
        />
      </Modal>
    </>
  );
}
