import { Link } from "react-router";

import type { StatusCount } from "../../ipc/bindings";
import { StatusTag } from "../../shared/components/StatusTag";
import { useFormat } from "../../shared/i18n/format";
import { useSharedTexts } from "../../shared/texts";
import { usePortalTexts } from "../texts";
import styles from "./workbench.module.css";

/** How many cases stand where; each opens its list. */
export function Counts({ counts }: { counts: StatusCount[] }) {
  const shared = useSharedTexts();
  const texts = usePortalTexts().workbench;
  const format = useFormat();
  return (
    <section className={styles.card} aria-label={texts.counts}>
      <h2 className={styles.heading}>{texts.counts}</h2>
      <ul className={styles.list}>
        {counts
          .filter(({ count }) => count > 0)
          .map(({ status, count }) => (
            <li key={status}>
              <Link
                to={`/cases?status=${status}`}
                className={styles.count}
                aria-label={texts.countOf(shared.status[status])}
                aria-description={texts.cases(count)}
              >
                <StatusTag status={status} />
                <span>{format.count(count)}</span>
              </Link>
            </li>
          ))}
      </ul>
    </section>
  );
}
