import { useEffect, useState } from "react";

import styles from "./shield.module.css";

/** Clicks nearer to each other than this belong to one burst, in milliseconds. */
const QUIET_MS = 500;

/**
 * Lies over a page that a click has opened, until the burst of clicks has ended: the second click of an impatient
 * hand must not press what the new page has at that place. The keyboard goes on at once.
 */
export function BurstShield() {
  const [presses, setPresses] = useState(0);
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, [presses]);
  if (isOver) return null;
  return <div className={styles.shield} data-shield aria-hidden onPointerDown={() => setPresses((count) => count + 1)} />;
}
