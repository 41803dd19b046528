import { Skeleton } from "antd";
import { type ReactNode, useEffect, useState } from "react";

import { useSharedTexts } from "../texts";

/** Shorter waits show nothing: a flash is worse than a pause. */
const QUIET_MS = 300;

/** Shows `children` after 300 ms. */
export function Delayed({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  return shown ? children : null;
}

/** Grey lines in place of what is still being read. */
export function DelayedSkeleton({ rows = 5 }: { rows?: number }) {
  const texts = useSharedTexts();
  return (
    <div role="status" aria-busy="true" aria-label={texts.loading}>
      <Delayed>
        <Skeleton active title={false} paragraph={{ rows }} />
      </Delayed>
    </div>
  );
}
