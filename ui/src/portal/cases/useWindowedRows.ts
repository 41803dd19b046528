import { type RefObject, useLayoutEffect, useState } from "react";

/** Lines above and below the view that exist already. */
const SPARE_ROWS = 12;
/** A line's height in the root's text size: it grows with the text. */
const ROW_REM = 2.6;

interface Windowed {
  first: number;
  /** Exclusive. */
  last: number;
  row_px: number;
  onScroll: () => void;
}

/** Which of `count` equally high rows are in view of `scroller`. */
export function useWindowedRows(scroller: RefObject<HTMLElement | null>, count: number): Windowed {
  const [view, setView] = useState({ top_px: 0, height_px: 800, row_px: 16 * ROW_REM });
  const measure = () => {
    const element = scroller.current;
    if (!element) return;
    const row_px = Math.round((parseFloat(getComputedStyle(document.documentElement).fontSize) || 16) * ROW_REM);
    const next = { top_px: element.scrollTop, height_px: element.clientHeight || 800, row_px };
    setView((now) =>
      Math.floor(now.top_px / row_px) === Math.floor(next.top_px / row_px) &&
      now.height_px === next.height_px &&
      now.row_px === next.row_px
        ? now
        : next,
    );
  };
  useLayoutEffect(() => {
    // It tells the first size by itself.
    const observer = new ResizeObserver(measure);
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- measuring depends on nothing but the element
  }, [scroller]);
  const first = Math.max(0, Math.floor(view.top_px / view.row_px) - SPARE_ROWS);
  const last = Math.min(count, Math.ceil((view.top_px + view.height_px) / view.row_px) + SPARE_ROWS);
  return { first, last, row_px: view.row_px, onScroll: measure };
}
