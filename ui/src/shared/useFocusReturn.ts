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
        // Some engines give no keyboard to a button that is clicked: then the page itself had it, which is nowhere.
        if (!(place instanceof HTMLElement) || place === document.body) continue;
        place.focus({ preventScroll: true });
        if (place === document.activeElement) return;
      }
    },
    [before, instead],
  );
}
