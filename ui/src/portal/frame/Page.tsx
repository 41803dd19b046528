import { Typography } from "antd";
import type { ReactNode } from "react";

import styles from "./frame.module.css";

interface Props {
  /** Name of the page, for people who hear it; shown as its heading when `heading` is set. */
  label: string;
  heading?: boolean;
  /** Actions beside the heading. */
  actions?: ReactNode;
  children: ReactNode;
  /** The content scrolls by itself. */
  filled?: boolean;
}

/** The main part of a screen. */
export function Page({ label, heading = false, actions, filled = false, children }: Props) {
  return (
    <main id="content" tabIndex={-1} aria-label={label} className={filled ? styles.filled : styles.page}>
      {heading && (
        <div className={styles.heading}>
          <Typography.Title level={1} className={styles.title}>
            {label}
          </Typography.Title>
          {actions && <div className={styles.actions}>{actions}</div>}
        </div>
      )}
      {children}
    </main>
  );
}
