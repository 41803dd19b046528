import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Progress, Typography } from "antd";

import { type CaseId, commands, type ReadingView } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { PdfViewer } from "../../shared/components/PdfViewer";
import { CommandErrorPanel } from "../errors";
import styles from "./contract.module.css";
import { useContractTexts } from "./texts";

const NOTHING = new Uint8Array();

/** The pages as they will be printed, and how many of them the merchant has seen. */
export function Reading({ caseId, reading }: { caseId: CaseId; reading: ReadingView }) {
  const texts = useContractTexts().reading;
  const client = useQueryClient();
  const pdf = useQuery({
    // Another estimate makes other pages.
    queryKey: ["document", caseId, "contract_to_sign", reading.render_sha256],
    queryFn: () => commands.documentRead(NOTHING, { "case-id": caseId, document: "contract_to_sign" }),
    gcTime: 0,
    staleTime: Infinity,
    structuralSharing: false,
  });
  const seen = (page: number) => {
    if (reading.seen.includes(page)) return;
    commands.contractPageSeen(caseId, page).then(
      (view) => client.setQueryData(keys.contract(caseId), view),
      // Asked again as long as the page stands there.
      () => undefined,
    );
  };
  return (
    <section className={styles.reading} aria-label={texts.document}>
      <div className={styles.readingHead} role="status">
        <Typography.Text strong>{texts.progress(reading.seen.length, reading.pages)}</Typography.Text>
        <Progress
          aria-label={texts.label}
          className={styles.bar}
          percent={Math.round((reading.seen.length / Math.max(1, reading.pages)) * 100)}
          status={reading.to_end ? "success" : "normal"}
        />
        <Typography.Text type="secondary">{reading.to_end ? texts.done : texts.hint}</Typography.Text>
      </div>
      {pdf.error && <CommandErrorPanel thrown={pdf.error} onRetry={() => void pdf.refetch()} />}
      {!pdf.error && !pdf.data && <DelayedSkeleton rows={8} />}
      {pdf.data && <PdfViewer bytes={pdf.data} name={texts.document} onSeen={seen} />}
    </section>
  );
}
