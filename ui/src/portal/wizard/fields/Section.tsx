import { Typography } from "antd";
import type { ReactNode } from "react";

import styles from "../wizard.module.css";

interface Props {
  title: string;
  extra?: ReactNode;
  children: ReactNode;
}

/** A titled part of a step. */
export function Section({ title, extra, children }: Props) {
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.sectionHead}>
        <Typography.Title level={2} className={styles.sectionTitle}>
          {title}
        </Typography.Title>
        {extra}
      </div>
      <div className={styles.fields}>{children}</div>
    </section>
  );
}
