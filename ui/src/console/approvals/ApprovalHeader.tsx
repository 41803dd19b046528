import { ArrowLeftOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Modal, Space, Typography } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";

import { Words } from "../../shared/components/Words";
import { useFormat } from "../../shared/i18n/format";
import { useSharedTexts } from "../../shared/texts";
import { isTooLong } from "../../shared/words";
import { approve } from "../api";
import type { ApprovalView, Verdict } from "../apiTypes";
import styles from "../case/case.module.css";
import { MAX_WORDS } from "../case/ReturnDialog";
import { ErrorOf } from "../ErrorOf";
import { useConsoleTexts } from "../texts";

/** Whose submission it is, who made it, and the verdict. */
export function ApprovalHeader({ view }: { view: ApprovalView }) {
  const texts = useConsoleTexts();
  const { unnamed } = useSharedTexts();
  const format = useFormat();
  const { message } = App.useApp();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [refusing, setRefusing] = useState(false);
  const verdict = useMutation({
    mutationFn: (verdict: Verdict) => approve(view.op_id, view.body_sha, verdict),
    onSuccess: async (_, { verdict }) => {
      void message.success(verdict === "agree" ? texts.approvals.agreed : texts.approvals.refused);
      await client.invalidateQueries({ queryKey: ["approvals"] });
      await navigate("/");
    },
    onError: () => setRefusing(false),
  });
  const name = view.name || unnamed;
  return (
    <>
      <header className={styles.header}>
        <Link to="/" className={styles.back} aria-label={texts.approvals.back} title={texts.approvals.back}>
          <ArrowLeftOutlined />
        </Link>
        <div className={styles.who}>
          <Typography.Title level={1} className={styles.name} ellipsis={{ tooltip: name }}>
            {name}
          </Typography.Title>
          <div className={styles.about}>
            <span>{texts.approvals.submittedBy(view.submitted_by)}</span>
            <span>{texts.history.submitted(format.time(view.asked_at_ms))}</span>
            {view.reasons.length > 0 && (
              <Typography.Text type="warning">{texts.approvals.overrides(view.reasons.length)}</Typography.Text>
            )}
          </div>
        </div>
        {!view.own ? (
          <Space>
            <Button danger disabled={verdict.isPending} onClick={() => setRefusing(true)}>
              {texts.approvals.refuse}
            </Button>
            <Button type="primary" loading={verdict.isPending} onClick={() => verdict.mutate({ verdict: "agree" })}>
              {texts.approvals.agree}
            </Button>
          </Space>
        ) : (
          <Typography.Text type="secondary">{texts.approvals.ownHint}</Typography.Text>
        )}
      </header>
      {verdict.isError && (
        <div className={styles.notice}>
          <ErrorOf error={verdict.error} />
        </div>
      )}
      <RefusalDialog
        open={refusing}
        name={name}
        busy={verdict.isPending}
        onRefuse={(text) => verdict.mutate({ verdict: "refuse", text })}
        onClose={() => setRefusing(false)}
      />
    </>
  );
}

interface DialogProps {
  open: boolean;
  name: string;
  busy: boolean;
  onRefuse: (text: string) => void;
  onClose: () => void;
}

/** The words stay while the submission is on screen. */
function RefusalDialog({ open, name, busy, onRefuse, onClose }: DialogProps) {
  const texts = useConsoleTexts();
  const [words, setWords] = useState("");
  const [tried, setTried] = useState(false);
  const missing = words.trim() === "";
  const refuse = () => {
    setTried(true);
    if (!missing && !isTooLong(words, MAX_WORDS)) onRefuse(words.trim());
  };
  return (
    <Modal
      open={open}
      title={texts.approvals.refuseTitle(name)}
      okText={texts.approvals.refuseConfirm}
      okButtonProps={{ danger: true }}
      cancelText={texts.cancel}
      confirmLoading={busy}
      cancelButtonProps={{ disabled: busy }}
      onOk={refuse}
      onCancel={onClose}
      centered
      mask={{ closable: false }}
    >
      <p>{texts.approvals.refuseText}</p>
      <Form layout="vertical" requiredMark={false}>
        <Form.Item
          label={texts.approvals.reason}
          htmlFor="refusal-words"
          {...(tried && missing && { validateStatus: "error" as const, help: texts.approvals.reasonRequired })}
        >
          <Words
            id="refusal-words"
            autoFocus
            rows={4}
            max={MAX_WORDS}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
