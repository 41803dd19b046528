import { lazy, Suspense } from "react";

import { DelayedSkeleton } from "./Delayed";

// PDF.js is half of everything the programs ship: it is read when the first document is opened.
const Pages = lazy(() => import("./PdfPages"));

interface Props {
  /** The document. */
  bytes: ArrayBuffer;
  /** What the document is called. */
  name: string;
  /** A page stands before the reader. */
  onSeen?: (page: number) => void;
}

/** The pages of a PDF as they will be printed. */
export function PdfViewer(props: Props) {
  return (
    <Suspense fallback={<DelayedSkeleton rows={8} />}>
      <Pages {...props} />
    </Suspense>
  );
}
