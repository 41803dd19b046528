import { useEffect, useState } from "react";

/**
 * For a dialog that exists only while it is open: when it goes, the keyboard goes back to what had it before, or to the
 * element `instead` where that is gone or can't take it any more.
 */
export function useFocusReturn(instead?: string): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const other = instead === undefined ? null : document.getElementById(instead);
      for (const place of [before, other]) {
        if (place instanceof HTMLElement) place.focus({ preventScroll: true });
        if (place === document.activeElement) return;
      }
    },
    [before, instead],
  );
}
