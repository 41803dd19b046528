import { useEffect } from "react";

/**
 * A double click belongs to the page where it began: its second click doesn't press what stands there on the page
 * that the first one opened.
 */
export function useOneClickOnePage(): void {
  useEffect(() => {
    let begunOn = "";
    const onClick = (event: MouseEvent) => {
      if (event.detail <= 1) begunOn = pageOf(window.location.hash);
      else if (begunOn !== pageOf(window.location.hash)) {
        event.preventDefault();
        event.stopPropagation();
      }
    };
    // Before any element hears of it.
    window.addEventListener("click", onClick, { capture: true });
    return () => window.removeEventListener("click", onClick, { capture: true });
  }, []);
}

/** The address without its filters and steps. */
function pageOf(hash: string): string {
  return hash.split("?", 1)[0] ?? "";
}
