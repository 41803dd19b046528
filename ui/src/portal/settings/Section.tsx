import type { ReactNode } from "react";

import styles from "./settings.module.css";

interface Props {
  title: string;
  hint?: string;
  action?: ReactNode;
  children: ReactNode;
}

export function Section({ title, hint, action, children }: Props) {
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.head}>
        <h2 className={styles.heading}>
          {title}
          {hint && <small>{hint}</small>}
        </h2>
        {action}
      </div>
      {children}
    </section>
  );
}

/** A label and its control on one line. */
export function Row({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <div className={styles.row}>
      <div>
        {label}
        {hint && <div className={styles.hint}>{hint}</div>}
      </div>
      <div>{children}</div>
    </div>
  );
}
