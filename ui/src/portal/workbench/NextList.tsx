import { Button } from "antd";
import { Link } from "react-router";

import type { CaseLine } from "../../ipc/bindings";
import { StatusTag } from "../../shared/components/StatusTag";
import { useFormat } from "../../shared/i18n/format";
import { useSharedTexts } from "../../shared/texts";
import { casePath } from "../casePath";
import { usePortalTexts } from "../texts";
import { useNow } from "../useNow";
import styles from "./workbench.module.css";

export function NextList({ lines }: { lines: CaseLine[] }) {
  const shared = useSharedTexts();
  const texts = usePortalTexts().workbench;
  const format = useFormat();
  const now_ms = useNow();
  return (
    <ul className={`${styles.list ?? ""} ${styles.lines ?? ""}`}>
      {lines.map((line) => {
        const name = line.name || shared.unnamed;
        return (
          <li key={line.case_id} className={styles.line}>
            <Link to={casePath(line)} className={styles.name} aria-label={texts.open(name)}>
              {name}
            </Link>
            <span className={styles.when}>{format.ago(line.updated_at_ms, now_ms)}</span>
            <StatusTag status={line.status} />
            <Link to={casePath(line)} tabIndex={-1} aria-hidden>
              <Button size="small" tabIndex={-1}>
                {texts.do[line.status] ?? shared.status[line.status]}
              </Button>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
