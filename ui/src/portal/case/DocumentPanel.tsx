import { useQuery } from "@tanstack/react-query";
import { App, Button, Typography } from "antd";
import { useRef, useState } from "react";

import { commands, type DocumentKind } from "../../ipc/bindings";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { PdfViewer } from "../../shared/components/PdfViewer";
import { useTexts } from "../wizard/texts";
import { CommandErrorPanel, useErrorMessage } from "../errors";
import styles from "./case.module.css";
import { printPages } from "./printPages";

const NOTHING = new Uint8Array();

/** One PDF of the case: read, printed, saved. */
export function DocumentPanel({ caseId, document }: { caseId: string; document: DocumentKind }) {
  const texts = useTexts();
  const errorText = useErrorMessage();
  const { message } = App.useApp();
  const pages = useRef<HTMLDivElement>(null);
  const [isSaving, setSaving] = useState(false);
  const headers = { "case-id": caseId, document };
  const name = texts.case.documents[document];
  const pdf = useQuery({
    queryKey: ["document", caseId, document],
    queryFn: () => commands.documentRead(NOTHING, headers),
    // The viewer takes the bytes over: they can be shown once.
    gcTime: 0,
    staleTime: Infinity,
    structuralSharing: false,
  });
  const save = async () => {
    setSaving(true);
    try {
      if (await commands.documentSave(NOTHING, headers)) void message.success(texts.case.savedFile);
    } catch (reason) {
      void message.error(errorText(reason));
    }
    setSaving(false);
  };
  return (
    <section className={styles.document} aria-label={name}>
      <div className={styles.documentHead}>
        <Typography.Title level={2} className={styles.documentTitle}>
          {name}
        </Typography.Title>
        <Typography.Text type="secondary">{texts.case.documentsAbout[document]}</Typography.Text>
        <span className={styles.push}>
          <Button disabled={!pdf.data} onClick={() => pages.current && printPages(pages.current)}>
            {texts.case.print(name)}
          </Button>
          <Button loading={isSaving} disabled={isSaving} onClick={() => void save()}>
            {texts.case.save(name)}
          </Button>
        </span>
      </div>
      {pdf.error && <CommandErrorPanel thrown={pdf.error} onRetry={() => void pdf.refetch()} />}
      {!pdf.error && !pdf.data && <DelayedSkeleton rows={8} />}
      <div ref={pages} className={styles.pages}>
        {pdf.data && <PdfViewer bytes={pdf.data} name={name} />}
      </div>
    </section>
  );
}
