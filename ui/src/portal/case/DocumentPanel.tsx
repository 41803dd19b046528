import { useQuery } from "@tanstack/react-query";
import { App, Button, Typography } from "antd";
import { useState } from "react";

import { commands, type DocumentKind } from "../../ipc/bindings";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { PdfViewer } from "../../shared/components/PdfViewer";
import { usePrint } from "../../shared/components/usePrint";
import { useTexts } from "../wizard/texts";
import { CommandErrorPanel, useErrorMessage } from "../errors";
import styles from "./case.module.css";

const NOTHING = new Uint8Array();

/** One PDF of the case: read, printed, saved. */
export function DocumentPanel({ caseId, document }: { caseId: string; document: DocumentKind }) {
  const texts = useTexts();
  const errorText = useErrorMessage();
  const { message } = App.useApp();
  const [saving, setSaving] = useState(false);
  const [printing, print] = usePrint(texts.case.printFailed);
  const busy = saving || printing;
  const headers = { "case-id": caseId, document };
  const name = texts.case.documents[document];
  const pdf = useQuery({
    queryKey: ["document", caseId, document],
    queryFn: () => commands.documentRead(NOTHING, headers),
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
          <Button
            loading={printing}
            disabled={!pdf.data || busy}
            onClick={() => pdf.data && void print(pdf.data)}
          >
            {texts.case.print(name)}
          </Button>
          <Button loading={saving} disabled={busy} onClick={() => void save()}>
            {texts.case.save(name)}
          </Button>
        </span>
      </div>
      {pdf.error && <CommandErrorPanel thrown={pdf.error} onRetry={() => void pdf.refetch()} />}
      {!pdf.error && !pdf.data && <DelayedSkeleton rows={8} />}
      <div className={styles.pages}>{pdf.data && <PdfViewer bytes={pdf.data} name={name} />}</div>
    </section>
  );
}
