import { Alert, Button, Descriptions, Typography } from "antd";
import { Link } from "react-router";

import { BurstShield } from "../../../shared/components/BurstShield";
import { StatusTag } from "../../../shared/components/StatusTag";
import { DocumentPanel } from "../../case/DocumentPanel";
import { OutboxPanel } from "../../case/OutboxPanel";
import { useNewCase } from "../../useNewCase";
import { useCaseView } from "../draft/context";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";

/** What submitting came to; follows the case until it is received. */
export function ResultPage() {
  const texts = useTexts();
  const view = useCaseView();
  const { create, busy } = useNewCase();
  const { receipt_number, local_receipt, outbox } = view;
  const isReceived = outbox === null && receipt_number !== null;
  return (
    <div className={styles.result}>
      <BurstShield />
      <Typography.Title level={1} className={styles.title}>
        {isReceived ? texts.result.received : texts.result.heading}
      </Typography.Title>
      <Alert
        type={isReceived ? "success" : "info"}
        showIcon
        role="status"
        title={isReceived ? texts.result.received : texts.result.savedHere}
        description={isReceived ? texts.result.receivedText(receipt_number) : texts.result.savedText}
      />
      <Descriptions
        size="small"
        column={1}
        items={[
          ...(local_receipt === null ? [] : [{ key: "local", label: texts.result.local, children: local_receipt }]),
          ...(receipt_number === null ? [] : [{ key: "receipt", label: texts.result.receipt, children: receipt_number }]),
          { key: "status", label: texts.result.status, children: <StatusTag status={view.status} /> },
        ]}
      />
      {outbox && <OutboxPanel view={view} />}
      <div className={styles.submitRow}>
        <Button type="primary" loading={busy} disabled={busy} onClick={create}>
          {texts.result.next}
        </Button>
        <Link to={`/cases/${view.case_id}`}>{texts.result.toCase}</Link>
      </div>
      {view.documents.includes("local_receipt") && <DocumentPanel caseId={view.case_id} document="local_receipt" />}
    </div>
  );
}
