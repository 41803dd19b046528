import type { ReactNode } from "react";

import mark from "../../../../icons/zhanggui.svg?url";
import { useSharedTexts } from "../../shared/texts";
import styles from "./session.module.css";

/** A card over everything: lock, vault, start-up errors. */
export function StartScreen({ children }: { children: ReactNode }) {
  const texts = useSharedTexts();
  return (
    <main className={styles.start}>
      <div className={styles.startCard}>
        <div className={styles.brand}>
          <img src={mark} alt="" />
          {texts.product}
        </div>
        {children}
      </div>
    </main>
  );
}
