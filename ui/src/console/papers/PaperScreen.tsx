import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "react-router";

import { DelayedSkeleton } from "../../shared/components/Delayed";
import { PdfViewer } from "../../shared/components/PdfViewer";
import { readPaper, readPaperDocument } from "../api";
import type { PaperView } from "../apiTypes";
import styles from "../case/case.module.css";
import { Waiting } from "../case/reading";
import { ErrorOf } from "../ErrorOf";
import { useConsoleTexts } from "../texts";
import { useKeys } from "../useKeys";
import { PaperHeader } from "./PaperHeader";
import { ScanStage, ScanThumb } from "./Scan";

/** What is decided on is what is on screen: read once. */
const ONCE = { gcTime: 0, staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false } as const;

/** One contract that was signed on paper: the document beside the scans of its pages. */
export function PaperScreen() {
  const { opId = "" } = useParams();
  const paper = useQuery({ queryKey: ["paper", opId], queryFn: () => readPaper(opId), ...ONCE });
  if (!paper.data) {
    const retry = () => void paper.refetch();
    return <Waiting failed={paper.isError ? { error: paper.error, retry } : null} />;
  }
  return <Paper key={opId} view={paper.data} />;
}

function Paper({ view }: { view: PaperView }) {
  const texts = useConsoleTexts().papers;
  const [at, setAt] = useState(0);
  const step = (by: 1 | -1) => setAt((page) => Math.min(view.scans.length - 1, Math.max(0, page + by)));
  useKeys({ "[": () => step(-1), "]": () => step(1) });
  const document = useQuery({
    queryKey: ["paper-document", view.op_id],
    queryFn: () => readPaperDocument(view.op_id),
    structuralSharing: false,
    ...ONCE,
  });
  const scan = view.scans[at];
  return (
    <div className={styles.screen}>
      <PaperHeader view={view} />
      <div className={styles.split}>
        <section className={styles.left} aria-label={texts.document}>
          {document.isError && <ErrorOf error={document.error} onRetry={() => void document.refetch()} />}
          {document.isPending && <DelayedSkeleton rows={10} />}
          {document.data && <PdfViewer bytes={document.data} name={texts.document} />}
        </section>
        <aside className={styles.right} aria-label={texts.scans}>
          {scan && <ScanStage key={scan.sha} scan={scan} name={texts.page(at + 1, view.scans.length)} />}
          <div className={styles.strip}>
            {view.scans.map((each, page) => (
              <ScanThumb
                key={each.sha}
                scan={each}
                name={texts.page(page + 1, view.scans.length)}
                current={page === at}
                onShow={() => setAt(page)}
              />
            ))}
          </div>
        </aside>
      </div>
    </div>
  );
}
