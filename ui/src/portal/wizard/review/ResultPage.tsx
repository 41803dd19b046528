import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, Descriptions, Typography } from "antd";
import { Link, useNavigate } from "react-router";

import { commands } from "../../../ipc/bindings";
import { StatusTag } from "../../../shared/components/StatusTag";
import { DocumentPanel } from "../../case/DocumentPanel";
import { OutboxPanel } from "../../case/OutboxPanel";
import { useCaseView } from "../draft/context";
import { useTexts } from "../texts";
import { useErrorMessage } from "../../errors";
import styles from "../wizard.module.css";

/** What submitting came to; follows the case until it is received. */
export function ResultPage() {
  const texts = useTexts();
  const errorText = useErrorMessage();
  const view = useCaseView();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const create = useMutation({
    mutationFn: commands.caseCreate,
    onSuccess: (next) => navigate(`/cases/${next.case_id}/edit`),
    onError: (reason) => message.error(errorText(reason)),
  });
  const { receipt_number, local_receipt, outbox } = view;
  const isReceived = outbox === null && receipt_number !== null;
  return (
    <div className={styles.result}>
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
        <Button type="primary" loading={create.isPending} disabled={create.isPending} onClick={() => create.mutate()}>
          {texts.result.next}
        </Button>
        <Link to={`/cases/${view.case_id}`}>{texts.result.toCase}</Link>
      </div>
      {view.documents.includes("local_receipt") && <DocumentPanel caseId={view.case_id} document="local_receipt" />}
    </div>
  );
}
