import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Modal } from "antd";
import { useState } from "react";

import { type CaseId, commands } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";
import { SecretInput } from "../../shared/components/SecretInput";
import { Words } from "../../shared/components/Words";
import { isTooLong } from "../../shared/words";
import { useErrorMessage } from "../errors";
import { PIN_MAX_DIGITS } from "../session/pin";
import styles from "./contract.module.css";
import { useContractTexts } from "./texts";

/** Longest reason the store takes, in characters. */
const MAX_REASON_CHARS = 500;

/** The merchant says no, and why. */
export function Refuse({ caseId, byPin }: { caseId: CaseId; byPin: boolean }) {
  const { refuse: texts, sign } = useContractTexts();
  const errorText = useErrorMessage();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [pin, setPin] = useState("");
  const [isBusy, setBusy] = useState(false);
  const isSaid = reason.trim() !== "" && !isTooLong(reason, MAX_REASON_CHARS);
  const close = () => {
    setOpen(false);
    setPin("");
  };
  const refuse = async () => {
    setBusy(true);
    try {
      client.setQueryData(keys.contract(caseId), await commands.contractRefuse(caseId, reason.trim(), byPin ? pin : null));
      void message.success(texts.done);
      close();
    } catch (failure) {
      void message.error(errorText(failure));
      setPin("");
    }
    setBusy(false);
  };
  return (
    <>
      <Button danger size="large" onClick={() => setOpen(true)}>
        {texts.open}
      </Button>
      <Modal
        open={isOpen}
        title={texts.ask}
        okText={texts.submit}
        okButtonProps={{ danger: true, disabled: !isSaid || (byPin && pin === ""), loading: isBusy }}
        cancelText={texts.cancel}
        onOk={() => void refuse()}
        onCancel={close}
      >
        <p>{texts.about}</p>
        <div className={styles.stack}>
          <Words
            aria-label={texts.reason}
            placeholder={texts.reason}
            value={reason}
            max={MAX_REASON_CHARS}
            rows={3}
            onChange={(event) => setReason(event.target.value)}
          />
          {byPin && (
            <SecretInput
              label={sign.pin}
              aria-label={sign.pin}
              placeholder={sign.pin}
              inputMode="numeric"
              autoComplete="off"
              maxLength={PIN_MAX_DIGITS}
              value={pin}
              onChange={(event) => setPin(event.target.value)}
            />
          )}
        </div>
      </Modal>
    </>
  );
}
