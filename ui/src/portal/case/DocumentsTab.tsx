import { Segmented } from "antd";
import { useState } from "react";

import type { CaseView, DocumentKind } from "../../ipc/bindings";
import { useTexts } from "../wizard/texts";
import styles from "./case.module.css";
import { DocumentPanel } from "./DocumentPanel";

/** The case's papers, the newest kind first in view. */
export function DocumentsTab({ view }: { view: CaseView }) {
  const texts = useTexts();
  const [chosen, setChosen] = useState<DocumentKind | null>(null);
  const shown = chosen && view.documents.includes(chosen) ? chosen : view.documents.at(-1);
  if (!shown) return null;
  return (
    <div className={styles.stack}>
      <Segmented
        className={styles.documentChoice}
        aria-label={texts.case.tabs.documents}
        value={shown}
        options={view.documents.map((kind) => ({ value: kind, label: texts.case.documents[kind] }))}
        onChange={setChosen}
      />
      <DocumentPanel key={shown} caseId={view.case_id} document={shown} />
    </div>
  );
}
