import { ArrowLeftOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Modal, Space, Typography } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";

import { useFormat } from "../../shared/i18n/format";
import { useLanguage } from "../../shared/i18n";
import { useSharedTexts } from "../../shared/texts";
import { decidePaper } from "../api";
import type { PaperVerdict, PaperView } from "../apiTypes";
import styles from "../case/case.module.css";
import { ErrorOf } from "../ErrorOf";
import { useSession } from "../session/session";
import { useConsoleTexts } from "../texts";
import { PaperReturnDialog } from "./PaperReturnDialog";

/** Whose contract it is, and the verdict about its scans. */
export function PaperHeader({ view }: { view: PaperView }) {
  const { papers: texts, case: words } = useConsoleTexts();
  const { unnamed } = useSharedTexts();
  const format = useFormat();
  const { me } = useSession();
  const { message } = App.useApp();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<"accept" | "return" | null>(null);
  const verdict = useMutation({
    mutationFn: (verdict: PaperVerdict) => decidePaper(view.op_id, verdict),
    onSuccess: async (_, { verdict }) => {
      void message.success(verdict === "accept" ? texts.accepted : texts.returned);
      await client.invalidateQueries({ queryKey: ["papers"] });
      await navigate("/paper-contracts");
    },
    onError: () => setDialog(null),
  });
  const name = view.name || unnamed;
  return (
    <>
      <header className={styles.header}>
        <Link to="/paper-contracts" className={styles.back} aria-label={texts.back} title={texts.back}>
          <ArrowLeftOutlined />
        </Link>
        <div className={styles.who}>
          <Typography.Title level={1} className={styles.name} ellipsis={{ tooltip: name }}>
            {name}
          </Typography.Title>
          <div className={styles.about}>
            <span className="selectable">{view.number}</span>
            <span>{texts.signer(view.signer)}</span>
            <span>{texts.received(format.time(view.received_at_ms))}</span>
            <span>{view.by_staff ? texts.byStaff : texts.byMerchant}</span>
          </div>
        </div>
        {me.may_review ? (
          <Space>
            <Button danger disabled={verdict.isPending} onClick={() => setDialog("return")}>
              {texts.giveBack}
            </Button>
            <Button type="primary" disabled={verdict.isPending} onClick={() => setDialog("accept")}>
              {texts.accept}
            </Button>
          </Space>
        ) : (
          <Typography.Text type="secondary">{words.readOnly}</Typography.Text>
        )}
      </header>
      {verdict.isError && (
        <div className={styles.notice}>
          <ErrorOf error={verdict.error} />
        </div>
      )}
      {dialog === "accept" && (
        <AcceptDialog
          view={view}
          busy={verdict.isPending}
          onAccept={() => verdict.mutate({ verdict: "accept" })}
          onClose={() => setDialog(null)}
        />
      )}
      <PaperReturnDialog
        open={dialog === "return"}
        name={name}
        busy={verdict.isPending}
        onReturn={(text) => verdict.mutate({ verdict: "return", text })}
        onClose={() => setDialog(null)}
      />
    </>
  );
}

interface AcceptProps {
  view: PaperView;
  busy: boolean;
  onAccept: () => void;
  onClose: () => void;
}

/** Nothing is accepted that nobody looked at: each thing to be seen on the scans is ticked. */
function AcceptDialog({ view, busy, onAccept, onClose }: AcceptProps) {
  const { papers: texts, cancel } = useConsoleTexts();
  const language = useLanguage();
  const annexes = view.annexes.map((annex) => (language === "en" ? annex.en : annex.zh));
  const checks = [
    texts.checks.pages(view.scans.length, view.render_sha256.slice(0, 12)),
    texts.checks.signature(view.signer),
    annexes.length === 0 ? texts.checks.initials : texts.checks.annexes(annexes),
  ];
  const [ticked, setTicked] = useState<readonly number[]>([]);
  const tick = (index: number, on: boolean) =>
    setTicked((before) => (on ? [...before, index] : before.filter((other) => other !== index)));
  return (
    <Modal
      open
      title={texts.acceptTitle(view.number)}
      okText={texts.acceptConfirm}
      okButtonProps={{ disabled: ticked.length < checks.length }}
      cancelText={cancel}
      confirmLoading={busy}
      cancelButtonProps={{ disabled: busy }}
      onOk={onAccept}
      onCancel={onClose}
      centered
      mask={{ closable: false }}
    >
      <p>{texts.acceptText}</p>
      <Space orientation="vertical">
        {checks.map((check, index) => (
          <Checkbox key={check} checked={ticked.includes(index)} onChange={(event) => tick(index, event.target.checked)}>
            {check}
          </Checkbox>
        ))}
      </Space>
    </Modal>
  );
}
