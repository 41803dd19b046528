import { Alert, Button, Tabs } from "antd";
import { useRef, useState } from "react";

import { usePapers } from "../desk/DeskProvider";
import { ErrorOf } from "../ErrorOf";
import { useConsoleTexts } from "../texts";
import { moveFocus, useKeys } from "../useKeys";
import { CaseHeader } from "./CaseHeader";
import styles from "./case.module.css";
import { DataPane } from "./DataPane";
import { History } from "./History";
import { PhotoPane } from "./PhotoPane";
import { slotOf } from "./photos";
import { proofsOf } from "./papers";
import { ReturnDialog } from "./ReturnDialog";
import { ReturnList } from "./ReturnList";
import { useReview } from "./review";
import { useDecision } from "./useDecision";

/** Data left, its papers right. */
export function CaseBody({ onReload }: { onReload: () => Promise<unknown> }) {
  const texts = useConsoleTexts();
  const { view, photos, mayDecide } = useReview();
  const [papers] = usePapers(view.case_id);
  const decision = useDecision(view);
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
  const reload = async () => {
    await onReload();
    decision.reset();
  };

  return (
    <div className={styles.screen}>
      <CaseHeader decision={decision} />
      {decision.isError && (
        <div className={styles.notice}>
          {decision.movedOn ? (
            <Alert
              role="alert"
              type="warning"
              showIcon
              title={texts.conflict.text}
              action={<Button onClick={() => void reload()}>{texts.conflict.reload}</Button>}
            />
          ) : (
            <ErrorOf error={decision.error} />
          )}
        </div>
      )}
      <div className={styles.split}>
        <div className={styles.left}>
          <Tabs
            className={styles.tabs ?? ""}
            size="small"
            items={[
              {
                key: "data",
                label: texts.case.data,
                children: (
                  <div ref={data} className={styles.scroll}>
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
            ]}
          />
          {mayDecide && <ReturnList decision={decision} onFollow={follow} />}
        </div>
        <PhotoPane at={at} onStep={step} onShow={setShown} />
      </div>
      {mayDecide && papers.writing && <ReturnDialog key={papers.writing.pointer} writing={papers.writing} />}
    </div>
  );
}
