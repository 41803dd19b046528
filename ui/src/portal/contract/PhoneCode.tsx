import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input, Typography } from "antd";
import { useId, useState } from "react";

import { type CaseId, commands, type OfferView, type ReadingView } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";
import { useFormat } from "../../shared/i18n/format";
import { CommandErrorPanel } from "../errors";
import { useCountdown } from "../session/useCountdown";
import { usePortalTexts } from "../texts";
import styles from "./contract.module.css";
import { useContractTexts } from "./texts";

interface Props {
  caseId: CaseId;
  offer: OfferView;
  reading: ReadingView;
}

/** A code to the signer's own phone, for these pages: asked for where there is a network, and never needed. */
export function PhoneCode({ caseId, offer, reading }: Props) {
  const texts = useContractTexts().sign.phone;
  const session = usePortalTexts().session;
  const format = useFormat();
  const client = useQueryClient();
  const codeId = useId();
  const [code, setCode] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [valid_s, setValid] = useState<number | null>(null);
  const [again_s, startAgain] = useCountdown();
  const attempt = async (act: () => Promise<void>) => {
    setBusy(true);
    setFailure(null);
    try {
      await act();
    } catch (thrown) {
      setFailure(thrown);
    }
    setBusy(false);
  };
  const send = () =>
    attempt(async () => {
      const sent = await commands.contractSendCode(caseId);
      setValid(sent.valid_s);
      startAgain(sent.again_after_s);
    });
  const confirm = () =>
    attempt(async () => {
      client.setQueryData(keys.contract(caseId), await commands.contractConfirmCode(caseId, code.trim()));
      setCode("");
    });
  const mobile = offer.signer_mobile;
  if (mobile === null) return <Typography.Text type="secondary">{texts.noMobile}</Typography.Text>;
  if (reading.confirmed_until_ms !== null) {
    return <Alert type="success" showIcon title={texts.confirmed(mobile, format.time(reading.confirmed_until_ms))} />;
  }
  return (
    <div className={styles.phone}>
      <label htmlFor={codeId}>{texts.code}</label>
      <div className={styles.actions}>
        <Input
          id={codeId}
          className={styles.phoneCode}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={8}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <Button loading={isBusy} disabled={again_s > 0} onClick={() => void send()}>
          {again_s > 0 ? session.sendAgain(again_s) : texts.send(mobile)}
        </Button>
        <Button disabled={code.trim() === "" || isBusy} onClick={() => void confirm()}>
          {texts.confirm}
        </Button>
      </div>
      {valid_s !== null && (
        <Typography.Text type="secondary" role="status">
          {session.codeSent(Math.floor(valid_s / 60))}
        </Typography.Text>
      )}
      <Typography.Text type="secondary">{texts.about}</Typography.Text>
      {failure !== null && <CommandErrorPanel thrown={failure} />}
    </div>
  );
}
