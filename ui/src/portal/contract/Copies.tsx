import { QRCode, Segmented, Typography } from "antd";
import { useState } from "react";

import type { ContractView, DocumentKind } from "../../ipc/bindings";
import { DocumentPanel } from "../case/DocumentPanel";
import { useTexts } from "../wizard/texts";
import styles from "./contract.module.css";
import { useContractTexts } from "./texts";

const CODE_PX = 160;
/** The file that holds, and its copy for paper. */
const IN_EFFECT: DocumentKind[] = ["contract", "print_copy"];

/** What the merchant keeps: the signed file, its print copy, and where anybody verifies it. */
export function Copies({ caseId, view }: { caseId: string; view: ContractView }) {
  const texts = useContractTexts().done;
  const { documents } = useTexts().case;
  const [chosen, setChosen] = useState<DocumentKind>("contract");
  return (
    <section className={styles.stack} aria-label={texts.copy}>
      {view.verifier && (
        <div className={styles.verifier}>
          {/* Dark on light in every theme: not every phone reads the other way round. */}
          <div className={styles.code}>
            <QRCode
              value={view.verifier}
              type="svg"
              size={CODE_PX}
              color="#000"
              bgColor="#fff"
              bordered={false}
              role="img"
              aria-label={texts.code}
            />
          </div>
          <div className={styles.verifierWords}>
            <Typography.Text strong>{texts.verify}</Typography.Text>
            <Typography.Text type="secondary">
              {texts.verifyAbout} {view.on_paper ? texts.keepPaper : texts.keep}
            </Typography.Text>
            <Typography.Text className="selectable" copyable>
              {view.verifier}
            </Typography.Text>
          </div>
        </div>
      )}
      {view.here && !view.on_paper && (
        <Segmented
          className={styles.choice}
          aria-label={texts.choose}
          value={chosen}
          options={IN_EFFECT.map((kind) => ({ value: kind, label: documents[kind] }))}
          onChange={setChosen}
        />
      )}
      <DocumentPanel
        key={view.here ? chosen : "signed_contract"}
        caseId={caseId}
        document={view.here ? chosen : "signed_contract"}
      />
    </section>
  );
}
