import { ArrowLeftOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Space, Typography } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";

import { StatusTag } from "../../shared/components/StatusTag";
import { useFormat } from "../../shared/i18n/format";
import { useSharedTexts } from "../../shared/texts";
import { ApiError, readNotice, readQueue } from "../api";
import { usePapers } from "../desk/DeskProvider";
import { statusOf } from "../queue/status";
import { useSession } from "../session/session";
import { useConsoleTexts } from "../texts";
import { AcceptDialog } from "./AcceptDialog";
import styles from "./case.module.css";
import { PdfDialog } from "./PdfDialog";
import { RejectDialog } from "./RejectDialog";
import { useReview } from "./review";
import type { DecisionMaker } from "./useDecision";

interface Props {
  decision: DecisionMaker;
  /** Shows the steps after acceptance. */
  onSteps: () => void;
}

/** Whose case it is, where it stands, what ends the review, and the way to what follows. */
export function CaseHeader({ decision, onSteps }: Props) {
  const texts = useConsoleTexts();
  const { unnamed } = useSharedTexts();
  const format = useFormat();
  const { view, mayDecide } = useReview();
  const { me } = useSession();
  const [, act] = usePapers(view.case_id);
  const [accepting, setAccepting] = useState(false);
  const [reading, setReading] = useState(false);

  // As the queue and the merchant name it.
  const name = view.dossier.business.trade_name || view.dossier.business.registered_name || unnamed;
  const newest = view.rounds.at(-1);
  return (
    <header className={styles.header}>
      <Link to="/" className={styles.back} aria-label={texts.frame.toQueue} title={texts.frame.toQueue}>
        <ArrowLeftOutlined />
      </Link>
      <div className={styles.who}>
        <Typography.Title level={1} className={styles.name} ellipsis={{ tooltip: name }}>
          {name}
        </Typography.Title>
        <div className={styles.about}>
          <StatusTag status={statusOf(view.tracks.review)} />
          {newest && <span>{texts.history.round(newest.round)}</span>}
          {newest && <span>{texts.history.submitted(format.time(newest.submitted_at_ms))}</span>}
          <Typography.Text type="secondary" ellipsis className="selectable">
            {texts.case.number} {view.case_id}
          </Typography.Text>
        </div>
      </div>
      <Space>
        {!me.may_review && <Typography.Text type="secondary">{texts.case.readOnly}</Typography.Text>}
        {view.tracks.review === "accepted" && <Button onClick={onSteps}>{texts.steps.heading}</Button>}
        {view.notice_number !== undefined && (
          <Button onClick={() => setReading(true)}>{texts.accepting.showNotice}</Button>
        )}
        <NextCase primary={!mayDecide} />
        {mayDecide && (
          <>
            <Button danger disabled={decision.isPending} onClick={() => act({ act: "reject", text: "" })}>
              {texts.case.reject}
            </Button>
            <Button type="primary" disabled={decision.isPending} onClick={() => setAccepting(true)}>
              {texts.case.accept}
            </Button>
          </>
        )}
      </Space>
      {mayDecide && <RejectDialog name={name} decision={decision} />}
      {mayDecide && accepting && (
        <AcceptDialog
          name={name}
          decision={decision}
          onClose={() => setAccepting(false)}
          onAccepted={() => {
            setAccepting(false);
            setReading(true);
          }}
        />
      )}
      {reading && view.notice_number !== undefined && (
        <PdfDialog
          paper={texts.accepting.notice}
          number={view.notice_number}
          queryKey={["notice", view.case_id, view.notice_number]}
          read={() => readNotice(view.case_id)}
          onClose={() => setReading(false)}
        />
      )}
    </header>
  );
}

/** The oldest case in review but this one. */
function NextCase({ primary }: { primary: boolean }) {
  const texts = useConsoleTexts();
  const { view } = useReview();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    try {
      const { cases } = await client.query({ queryKey: ["next"], queryFn: () => readQueue({ limit: 2 }), staleTime: 0 });
      const next = cases.find(({ case_id }) => case_id !== view.case_id);
      if (next) void navigate(`/case/${next.case_id}`);
      else void message.info(texts.case.noNext);
    } catch (error) {
      void message.error(texts.errors[error instanceof ApiError ? error.code : "internal"]);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button type={primary ? "primary" : "default"} loading={busy} onClick={() => void go()}>
      {texts.case.next}
    </Button>
  );
}
