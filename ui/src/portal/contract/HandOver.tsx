import { Alert, App, Button, Checkbox, Modal, Typography } from "antd";
import { useState } from "react";

import { type CaseId, commands, type OfferView } from "../../ipc/bindings";
import { useErrorMessage } from "../errors";
import { useSessionAccess } from "../session/context";
import styles from "./contract.module.css";
import { FileButton } from "./FileButton";
import { useContractTexts } from "./texts";

/** Staff give their computer to the merchant, whom they have compared with the identity card. */
export function HandOver({ caseId, offer }: { caseId: CaseId; offer: OfferView }) {
  const texts = useContractTexts().handOver;
  const errorText = useErrorMessage();
  const { setSession } = useSessionAccess();
  const { message } = App.useApp();
  const [isOpen, setOpen] = useState(false);
  const [photo, setPhoto] = useState<File | null>(null);
  const [isChecked, setChecked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const close = () => {
    setOpen(false);
    setPhoto(null);
    setChecked(false);
  };
  const handOver = async (file: File) => {
    setBusy(true);
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const session = await commands.contractHandOver(bytes, { "case-id": caseId });
      close();
      setSession(session);
    } catch (reason) {
      void message.error(errorText(reason));
    }
    setBusy(false);
  };
  return (
    <>
      <Button type="primary" size="large" onClick={() => setOpen(true)}>
        {texts.open}
      </Button>
      <Modal
        open={isOpen}
        title={texts.title}
        okText={texts.submit}
        okButtonProps={{ disabled: !photo || !isChecked, loading: isBusy }}
        cancelText={texts.cancel}
        onOk={() => photo && void handOver(photo)}
        onCancel={close}
      >
        <div className={styles.stack}>
          <Typography.Text>{texts.about}</Typography.Text>
          <div className={styles.actions}>
            <FileButton label={texts.photo} short={texts.choose} onFiles={([file]) => setPhoto(file ?? null)} />
            <Typography.Text type="secondary" role="status">
              {photo ? texts.chosen : texts.photo}
            </Typography.Text>
          </div>
          <Checkbox checked={isChecked} onChange={(event) => setChecked(event.target.checked)}>
            {texts.checked(offer.signer)}
          </Checkbox>
          <Alert type="info" title={texts.locked} />
        </div>
      </Modal>
    </>
  );
}
