import { CopyOutlined, PrinterOutlined } from "@ant-design/icons";
import { Button, Checkbox, Space, Typography } from "antd";
import { useState } from "react";

import { useSharedTexts } from "../../shared/texts";
import { usePortalTexts } from "../texts";
import styles from "./session.module.css";

/** Shown once. Going on takes the user's word that the code is kept. */
export function RecoveryCode({ code, onKept }: { code: string; onKept: () => void }) {
  const texts = usePortalTexts().session.recovery;
  const shared = useSharedTexts();
  const [kept, setKept] = useState(false);
  const [copied, setCopied] = useState(false);
  const copy = () => {
    navigator.clipboard.writeText(code).then(
      () => setCopied(true),
      // The code stays on the screen and can be selected.
      () => setCopied(false),
    );
  };
  return (
    <div className={styles.stack}>
      <Typography.Title level={1} style={{ fontSize: "1.3em", margin: 0 }}>
        {texts.title}
      </Typography.Title>
      <Typography.Text>{texts.explain}</Typography.Text>
      <div className={`${styles.recoveryCode} selectable printed`} role="group" aria-label={texts.code}>
        <div className="print-only">{texts.printTitle}</div>
        <div data-recovery-code>{code}</div>
        <div className="print-only">{texts.printHint}</div>
      </div>
      <Space>
        <Button icon={<CopyOutlined aria-hidden />} onClick={copy}>
          {copied ? shared.copied : shared.copy}
        </Button>
        <Button icon={<PrinterOutlined aria-hidden />} onClick={() => window.print()}>
          {texts.print}
        </Button>
      </Space>
      <Checkbox checked={kept} onChange={(event) => setKept(event.target.checked)}>
        {texts.tick}
      </Checkbox>
      <Button type="primary" disabled={!kept} onClick={onKept}>
        {texts.done}
      </Button>
    </div>
  );
}
