import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Checkbox, Typography } from "antd";
import { type ReactNode, useId, useState } from "react";

import { type CaseId, commands, type OfferView, type ReadingView } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";
import { SecretInput } from "../../shared/components/SecretInput";
import { useErrorMessage } from "../errors";
import { PIN_MAX_DIGITS } from "../session/pin";
import { inLanguage, useTexts } from "../wizard/texts";
import styles from "./contract.module.css";
import { PhoneCode } from "./PhoneCode";
import { PAD, SignaturePad } from "./SignaturePad";
import { asSignature, BLANK, isEnough } from "./strokes";
import { useContractTexts } from "./texts";

interface Props {
  caseId: CaseId;
  offer: OfferView;
  reading: ReadingView;
  /** Whether the merchant shows who they are by PIN; on a computer that was handed over it was checked before. */
  byPin: boolean;
  /** What else can be done. */
  children: ReactNode;
}

/** Handwriting, identity, agreement: then the contract is signed. */
export function SignStep({ caseId, offer, reading, byPin, children }: Props) {
  const texts = useContractTexts().sign;
  const wizard = useTexts();
  const errorText = useErrorMessage();
  const client = useQueryClient();
  const { message } = App.useApp();
  const pinId = useId();
  const [drawing, setDrawing] = useState(BLANK);
  const [pin, setPin] = useState("");
  const [isAgreed, setAgreed] = useState(false);
  const [isTicking, setTicking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  /** Each tick is noted with its time where the contract is. */
  const agree = async (annex: string, agreed: boolean) => {
    setTicking(true);
    try {
      client.setQueryData(keys.contract(caseId), await commands.contractAgree(caseId, annex, agreed));
    } catch (reason) {
      void message.error(errorText(reason));
    }
    setTicking(false);
  };
  const sign = async () => {
    setBusy(true);
    try {
      const signature = asSignature(drawing, PAD.width, PAD.height);
      const view = await commands.contractSign(caseId, reading.render_sha256, signature, byPin ? pin : null);
      client.setQueryData(keys.contract(caseId), view);
    } catch (reason) {
      void message.error(errorText(reason));
      setPin("");
    }
    setBusy(false);
  };
  return (
    <section className={styles.stack} aria-label={texts.heading}>
      <Typography.Title level={2} className={styles.heading}>
        {texts.heading}
      </Typography.Title>
      <SignaturePad drawing={drawing} onDraw={setDrawing} />
      <PhoneCode caseId={caseId} offer={offer} reading={reading} />
      {byPin ? (
        <div className={styles.identity}>
        <label htmlFor={pinId}>{texts.pin}</label>
        <SecretInput
          id={pinId}
          label={texts.pin}
          inputMode="numeric"
          autoComplete="off"
          maxLength={PIN_MAX_DIGITS}
          value={pin}
          onChange={(event) => setPin(event.target.value)}
        />
        <Typography.Text type="secondary">{texts.pinHint}</Typography.Text>
        </div>
      ) : (
        <Typography.Text type="secondary">{texts.handed}</Typography.Text>
      )}
      {offer.annexes.map((annex) => (
        <Checkbox
          key={annex.sha256}
          checked={annex.agreed}
          disabled={isTicking || isBusy}
          onChange={(event) => void agree(annex.sha256, event.target.checked)}
        >
          {texts.annex(inLanguage(wizard, annex.title))}
        </Checkbox>
      ))}
      <Checkbox checked={isAgreed} onChange={(event) => setAgreed(event.target.checked)}>
        {texts.agree(offer.signer)}
      </Checkbox>
      <Alert type="info" title={texts.effect} />
      <div className={styles.actions}>
        <Button
          type="primary"
          size="large"
          disabled={!isAgreed || offer.annexes.some((annex) => !annex.agreed) || !isEnough(drawing) || (byPin && pin === "")}
          loading={isBusy}
          onClick={() => void sign()}
        >
          {texts.submit}
        </Button>
        {children}
      </div>
    </section>
  );
}
