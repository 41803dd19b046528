import { Typography } from "antd";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";

import type { CaseLine } from "../../ipc/bindings";
import { StatusTag } from "../../shared/components/StatusTag";
import { useFormat } from "../../shared/i18n/format";
import { useSharedTexts } from "../../shared/texts";
import { casePath } from "../casePath";
import { usePortalTexts } from "../texts";
import styles from "./cases.module.css";
import { useWindowedRows } from "./useWindowedRows";

interface Props {
  lines: CaseLine[];
  /** Of all pages, those not read yet included. */
  total: number;
  loadingMore: boolean;
  /** The last lines come into view. */
  onEnd: () => void;
}

/** A table of any length: only the lines in view exist. One tab stop; arrow keys move, Enter opens. */
export function CaseTable({ lines, total, loadingMore, onEnd }: Props) {
  const shared = useSharedTexts();
  const texts = usePortalTexts().cases;
  const format = useFormat();
  const navigate = useNavigate();
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const { first, last, row_px, onScroll } = useWindowedRows(scroller, lines.length);
  const active = Math.min(at, lines.length - 1);

  useEffect(() => {
    if (last >= lines.length) onEnd();
  }, [last, lines.length, onEnd]);

  const moveTo = (index: number) => {
    const next = Math.max(0, Math.min(index, lines.length - 1));
    setAt(next);
    const view = scroller.current;
    if (!view) return;
    // The head covers the first line's height.
    const top = next * row_px;
    if (top < view.scrollTop) view.scrollTop = top;
    else if (top + 2 * row_px > view.scrollTop + view.clientHeight) view.scrollTop = top + 2 * row_px - view.clientHeight;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, last - first - 4);
    const targets: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: lines.length - 1,
    };
    const target = targets[event.key];
    const line = lines[active];
    if (target !== undefined) moveTo(target);
    else if (event.key === "Enter" && line) void navigate(casePath(line));
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      tabIndex={0}
      aria-label={texts.table}
      aria-rowcount={total + 1}
      aria-activedescendant={`case-${lines[active]?.case_id ?? ""}`}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      <div className={`${styles.row} ${styles.head}`} role="row" aria-rowindex={1} style={{ height: row_px }}>
        {Object.entries(texts.columns).map(([column, label]) => (
          <div key={column} role="columnheader">
            {label}
          </div>
        ))}
      </div>
      <div role="rowgroup" className={styles.body} style={{ height: lines.length * row_px }}>
        {lines.slice(first, last).map((line, offset) => {
          const index = first + offset;
          return (
            <div
              key={line.case_id}
              id={`case-${line.case_id}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={index === active}
              className={styles.row}
              style={{ height: row_px, top: index * row_px }}
              onClick={() => void navigate(casePath(line))}
            >
              <div role="gridcell" className={styles.name}>
                {line.name || <Typography.Text type="secondary">{shared.unnamed}</Typography.Text>}
              </div>
              <div role="gridcell">
                <StatusTag status={line.status} />
              </div>
              <div role="gridcell">{format.time(line.updated_at_ms)}</div>
              <div role="gridcell">{format.day(line.created_at_ms)}</div>
              <div role="gridcell">{line.receipt_number ?? "—"}</div>
            </div>
          );
        })}
      </div>
      {loadingMore && <div role="status">{texts.more}</div>}
    </div>
  );
}
