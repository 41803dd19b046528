import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Checkbox, Typography } from "antd";
import { useState } from "react";

import { type CaseId, commands, type ContractView, type OfferView, type ReadingView } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";
import { DocumentPanel } from "../case/DocumentPanel";
import { useErrorMessage } from "../errors";
import styles from "./contract.module.css";
import { FileButton } from "./FileButton";
import { ScanCard } from "./ScanCard";
import { useContractTexts } from "./texts";

interface Props {
  caseId: CaseId;
  view: ContractView;
  offer: OfferView;
  reading: ReadingView;
  onBack: () => void;
}

/** Printed, signed by hand, scanned page by page, and handed in. */
export function OnPaper({ caseId, view, offer, reading, onBack }: Props) {
  const texts = useContractTexts().paper;
  const errorText = useErrorMessage();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [isComplete, setComplete] = useState(false);
  /** Pages whose picture is looked at now. */
  const [busy, setBusy] = useState<readonly number[]>([]);
  const [isSending, setSending] = useState(false);
  const pages = Array.from({ length: reading.pages }, (_, index) => index + 1);
  const isMissing = view.scans.length < reading.pages;

  /** One after the other: each is written to what was known before it. */
  const add = async (files: readonly { page: number; file: File }[]) => {
    setBusy(files.map(({ page }) => page));
    for (const { page, file } of files) {
      try {
        const bytes = new Uint8Array(await file.arrayBuffer());
        const next = await commands.contractScanAdd(bytes, { "case-id": caseId, page: String(page) });
        client.setQueryData(keys.contract(caseId), next);
      } catch (reason) {
        void message.error(`${texts.page(page)}: ${errorText(reason)}`);
      }
      setBusy((left) => left.filter((other) => other !== page));
    }
  };
  const addAll = (files: readonly File[]) => {
    if (files.length > reading.pages) {
      void message.error(texts.tooMany(reading.pages));
      return;
    }
    void add(files.map((file, index) => ({ page: index + 1, file })));
  };
  const submit = async () => {
    setSending(true);
    try {
      client.setQueryData(keys.contract(caseId), await commands.contractSubmitPaper(caseId, reading.render_sha256));
    } catch (reason) {
      void message.error(errorText(reason));
    }
    setSending(false);
  };
  return (
    <section className={styles.stack} aria-label={texts.heading}>
      {view.returned !== null && (
        <Alert type="warning" showIcon title={texts.returned(view.returned)} description={texts.returnedAbout} />
      )}
      <Typography.Text>{texts.about}</Typography.Text>
      <Alert type="info" title={texts.level} />
      <Typography.Title level={2} className={styles.heading}>
        {texts.print}
      </Typography.Title>
      <DocumentPanel caseId={caseId} document="paper_copy" />
      <Typography.Title level={2} className={styles.heading}>
        {texts.scan}
      </Typography.Title>
      <Typography.Text type="secondary">{texts.scanAbout}</Typography.Text>
      <div className={styles.actions}>
        <FileButton label={texts.all} several disabled={busy.length > 0} onFiles={addAll} />
        <Typography.Text role="status">{texts.progress(view.scans.length, reading.pages)}</Typography.Text>
      </div>
      <ul className={styles.scans}>
        {pages.map((page) => (
          <ScanCard
            key={page}
            caseId={caseId}
            page={page}
            scan={view.scans.find((scan) => scan.page === page)}
            isBusy={busy.includes(page)}
            onFile={(file) => void add([{ page, file }])}
          />
        ))}
      </ul>
      <Checkbox checked={isComplete} onChange={(event) => setComplete(event.target.checked)}>
        {texts.complete(offer.signer)}
      </Checkbox>
      <div className={styles.actions}>
        <Button size="large" onClick={onBack}>
          {texts.back}
        </Button>
        <Button
          type="primary"
          size="large"
          loading={isSending}
          disabled={!isComplete || isMissing || busy.length > 0}
          onClick={() => void submit()}
        >
          {texts.submit}
        </Button>
      </div>
    </section>
  );
}
