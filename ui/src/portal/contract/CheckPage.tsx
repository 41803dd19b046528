import { Alert, App, Button, Descriptions, Typography, Upload } from "antd";
import { useState } from "react";

import { commands, type ContractReport, type ContractSignature } from "../../ipc/bindings";
import { useFormat } from "../../shared/i18n/format";
import { useErrorMessage } from "../errors";
import { Page } from "../frame/Page";
import styles from "./contract.module.css";
import { useContractTexts } from "./texts";

/** Whether a contract file can be relied on, in words. */
export default function CheckPage() {
  const texts = useContractTexts().check;
  const errorText = useErrorMessage();
  const { message } = App.useApp();
  const [report, setReport] = useState<ContractReport | null>(null);
  const [isBusy, setBusy] = useState(false);
  const check = async (file: File) => {
    setBusy(true);
    try {
      setReport(await commands.contractCheck(new Uint8Array(await file.arrayBuffer()), {}));
    } catch (reason) {
      setReport(null);
      void message.error(errorText(reason));
    }
    setBusy(false);
  };
  return (
    <Page label={texts.title} heading>
      <div className={styles.stack}>
        <Typography.Paragraph type="secondary">{texts.about}</Typography.Paragraph>
        <Upload
          accept="application/pdf,.pdf"
          showUploadList={false}
          beforeUpload={(file) => {
            void check(file);
            return false;
          }}
        >
          <Button type="primary" loading={isBusy}>
            {texts.choose}
          </Button>
        </Upload>
        {report && <Result report={report} />}
      </div>
    </Page>
  );
}

const TONES = { in_effect: "success", on_paper: "success", merchant_only: "warning", refused: "error" } as const;

function Result({ report }: { report: ContractReport }) {
  const texts = useContractTexts().check;
  const reason = report.part && report.fault && texts.because(texts.parts[report.part], texts.faults[report.fault]);
  const items = [
    ...(report.merchant ? [signature("merchant", texts.merchant, report.merchant)] : []),
    ...(report.issuer ? [signature("issuer", texts.issuer, report.issuer)] : []),
    ...(report.verdict === "refused"
      ? []
      : [{ key: "time", label: texts.time, children: <Time time={report.time} /> }]),
    { key: "hash", label: texts.hash, children: report.file_sha256 },
  ];
  return (
    <section className={styles.stack} aria-label={texts.title} aria-live="polite">
      <Alert
        type={TONES[report.verdict]}
        showIcon
        title={`${texts.verdicts[report.verdict]}${reason ?? ""}`}
        description={report.merchant ? texts.assurance : undefined}
      />
      <Descriptions size="small" bordered column={1} items={items} className="selectable" />
    </section>
  );
}

function signature(key: string, label: string, signed: ContractSignature) {
  return { key, label, children: <Signer signed={signed} /> };
}

function Signer({ signed }: { signed: ContractSignature }) {
  const texts = useContractTexts().check;
  const format = useFormat();
  return (
    <>
      {signed.signer} · {texts.signedAt(format.time(Date.parse(signed.claimed_at)), signed.reason)}
    </>
  );
}

function Time({ time }: { time: ContractReport["time"] }) {
  const texts = useContractTexts().check;
  const format = useFormat();
  const when = time.assurance === "none" ? "" : `${format.time(Date.parse(time.at))} · ${time.authority} · `;
  return (
    <>
      {when}
      {texts.times[time.assurance]}
    </>
  );
}
