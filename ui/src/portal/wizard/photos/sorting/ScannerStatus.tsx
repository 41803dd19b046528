import { Alert, Badge, Button } from "antd";

import type { ScannerView } from "../../../../ipc/bindings";
import { useTexts } from "../../texts";
import styles from "./sorting.module.css";

interface Props {
  view: ScannerView;
  /** Asks for another folder; none where there is no room for that. */
  onOther?: () => void;
}

/** Whether the scanner's folder is watched, for as long as somebody waits for it. */
export function ScannerStatus({ view: { folder, watching }, onOther }: Props) {
  const texts = useTexts().sorting;
  const other = onOther && (
    <Button size="small" type={watching ? "link" : "default"} onClick={onOther}>
      {texts.scannerOther}
    </Button>
  );
  return (
    <div className={styles.scanner} role={watching ? "status" : undefined}>
      {watching ? (
        <>
          <Badge status="processing" text={texts.scannerOn(folder)} />
          {other}
        </>
      ) : (
        <Alert type="warning" showIcon title={texts.scannerGone(folder)} action={other} />
      )}
    </div>
  );
}
