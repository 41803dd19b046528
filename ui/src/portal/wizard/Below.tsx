import { type ReactNode, startTransition, useEffect, useState } from "react";

interface Props {
  /** Whether someone is sent to a place that may be in here: then there is no waiting. */
  atOnce: boolean;
  children: ReactNode;
}

/** What lies below the part of a step that is seen first. It is drawn when that has been painted, so that it doesn't wait. */
export function Below({ atOnce, children }: Props) {
  const [isDrawn, setDrawn] = useState(atOnce);
  useEffect(() => {
    let later: ReturnType<typeof setTimeout> | undefined;
    // The frame's callback comes right before it is painted.
    const frame = requestAnimationFrame(() => {
      later = setTimeout(() => startTransition(() => setDrawn(true)), 0);
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(later);
    };
  }, []);
  return isDrawn || atOnce ? children : null;
}
