import type { ReactNode } from "react";

import type { OutboxItem } from "../../ipc/bindings";
import { Item } from "./Item";
import styles from "./sync.module.css";

interface Props {
  heading: string;
  hint?: string;
  items: OutboxItem[];
  /** Stands below the list. */
  note?: string | null;
  busy: boolean;
  onRetry: (op_id: string) => void;
  /** Shown in place of the list when it is empty; without it, so is the heading. */
  children?: ReactNode;
}

export function Items({ heading, hint, items, note, busy, onRetry, children }: Props) {
  if (items.length === 0) return children ? <section className={styles.group}>{children}</section> : null;
  return (
    <section className={styles.group} aria-label={heading}>
      <h2 className={styles.heading}>
        {heading} <span>{items.length}</span>
        {hint && <small>{hint}</small>}
      </h2>
      <ul className={styles.list}>
        {items.map((item) => (
          <Item key={item.op_id} item={item} busy={busy} onRetry={() => onRetry(item.op_id)} />
        ))}
      </ul>
      {note && <p className={styles.note}>{note}</p>}
    </section>
  );
}
