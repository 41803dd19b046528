import { Tabs } from "antd";
import { type ReactNode, useRef, useState } from "react";

import { useConsoleTexts } from "../texts";
import { moveFocus, useKeys } from "../useKeys";
import styles from "./case.module.css";
import { DataPane } from "./DataPane";
import { History } from "./History";
import { PhotoPane } from "./PhotoPane";
import { slotOf } from "./photos";
import { proofsOf } from "./papers";
import { useReview } from "./review";

interface Props {
  /** Above the data. */
  head?: ReactNode;
  /** Below the data; given what brings up the paper of a place. */
  foot?: (follow: (pointer: string) => void) => ReactNode;
}

/** Data left, its papers right. */
export function Comparison({ head, foot }: Props) {
  const texts = useConsoleTexts();
  const { view, photos } = useReview();
  const [shown, setShown] = useState(photos[0]?.pointer ?? null);
  const data = useRef<HTMLDivElement>(null);

  const at = Math.max(0, photos.findIndex(({ pointer }) => pointer === shown));
  const step = (by: 1 | -1) => setShown(photos[Math.min(photos.length - 1, Math.max(0, at + by))]?.pointer ?? null);
  const move = (by: 1 | -1) =>
    moveFocus([...(data.current?.querySelectorAll<HTMLElement>("button[data-place]") ?? [])], by);
  useKeys({ "[": () => step(-1), "]": () => step(1), j: () => move(1), k: () => move(-1) });

  // The paper that proves a field comes up beside it, unless one that does is there already.
  const follow = (pointer: string) => {
    if (slotOf(pointer) !== null) {
      setShown(photos.find((photo) => photo.pointer.startsWith(pointer))?.pointer ?? shown);
      return;
    }
    const proofs = proofsOf(pointer).filter((slot) => photos.some((photo) => photo.slot === slot));
    const current = photos[at]?.slot;
    if (proofs.length === 0 || (current !== undefined && proofs.includes(current))) return;
    setShown(photos.find((photo) => photo.slot === proofs[0])?.pointer ?? shown);
  };

  const tabs = [
    {
      key: "data",
      label: texts.case.data,
      children: (
        <div ref={data} className={styles.scroll}>
          {head}
          <DataPane onFollow={follow} shown={shown} />
        </div>
      ),
    },
    {
      key: "history",
      label: `${texts.case.history} (${String(view.rounds.length)})`,
      children: (
        <div className={styles.scroll}>
          <History />
        </div>
      ),
    },
  ];
  return (
    <div className={styles.split}>
      <div className={styles.left}>
        <Tabs className={styles.tabs ?? ""} size="small" items={tabs} />
        {foot?.(follow)}
      </div>
      <PhotoPane at={at} onStep={step} onShow={setShown} />
    </div>
  );
}
