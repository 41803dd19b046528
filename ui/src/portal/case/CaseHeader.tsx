import { Button, Typography } from "antd";
import { useNavigate } from "react-router";

import type { CaseView } from "../../ipc/bindings";
import { StatusTag } from "../../shared/components/StatusTag";
import { useFormat } from "../../shared/i18n/format";
import { useTexts } from "../wizard/texts";
import { CaseActions } from "./CaseActions";
import styles from "./case.module.css";

/** Name, status, numbers, and the one thing to do next. */
export function CaseHeader({ view }: { view: CaseView }) {
  const texts = useTexts();
  const format = useFormat();
  const navigate = useNavigate();
  const { business } = view.dossier;
  const name = business.trade_name.trim() || business.registered_name.trim() || texts.case.unnamed;
  const { mode } = view.editing;
  const next = { everything: texts.case.continue, only: texts.case.fixReturned, nothing: texts.case.openForm }[mode];
  const numbers = [
    texts.case.created(format.time(view.created_at_ms)),
    view.local_receipt && texts.case.local(view.local_receipt),
    view.receipt_number && texts.case.receipt(view.receipt_number),
    view.notice_number && texts.case.notice(view.notice_number),
  ];
  return (
    <header className={styles.head}>
      <div className={styles.headText}>
        <div className={styles.headName}>
          <Typography.Title level={1} className={styles.title}>
            {name}
          </Typography.Title>
          <StatusTag status={view.status} />
        </div>
        <Typography.Text type="secondary" className="selectable">
          {numbers.filter((number) => number).join(" · ")}
        </Typography.Text>
      </div>
      <div className={styles.headActions}>
        <Button
          type={mode === "nothing" ? "default" : "primary"}
          onClick={() => void navigate(`/cases/${view.case_id}/edit`)}
        >
          {next}
        </Button>
        <CaseActions view={view} />
      </div>
    </header>
  );
}
