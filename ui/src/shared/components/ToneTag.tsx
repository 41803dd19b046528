import type { ReactNode } from "react";

import styles from "./status.module.css";

/** What a state asks of the user: nothing, something to do, waiting, being looked at, done, stopped. */
export type Tone = "plain" | "ask" | "wait" | "review" | "done" | "stop";

export function ToneTag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`${styles.tag ?? ""} ${styles[tone] ?? ""}`}>{children}</span>;
}
