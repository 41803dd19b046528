import { DownloadOutlined, PrinterOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { useMemo } from "react";

import { useTexts } from "../../portal/wizard/texts";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { PdfViewer } from "../../shared/components/PdfViewer";
import { usePrint } from "../../shared/components/usePrint";
import { useAddress } from "../../shared/useAddress";
import { useFocusReturn } from "../../shared/useFocusReturn";
import { ErrorOf } from "../ErrorOf";
import { useConsoleTexts } from "../texts";
import styles from "./case.module.css";

interface Props {
  /** What kind of paper it is. */
  paper: string;
  number: string;
  queryKey: readonly string[];
  read: () => Promise<ArrayBuffer>;
  onClose: () => void;
}

/** One numbered paper of the office as the merchant gets it. */
export function PdfDialog({ paper, number, queryKey, read, onClose }: Props) {
  const texts = useConsoleTexts();
  const [printing, print] = usePrint(useTexts().case.printFailed);
  const pdf = useQuery({ queryKey, queryFn: read });
  const blob = useMemo(() => pdf.data && new Blob([pdf.data], { type: "application/pdf" }), [pdf.data]);
  const address = useAddress(blob);
  const name = `${paper} ${number}`;
  useFocusReturn();
  return (
    <Modal
      open
      title={name}
      width="min(900px, 92vw)"
      centered
      onCancel={onClose}
      footer={
        <>
          <Button
            icon={<PrinterOutlined aria-hidden />}
            loading={printing}
            disabled={!pdf.data}
            onClick={() => pdf.data && void print(pdf.data)}
          >
            {texts.printPdf}
          </Button>
          <Button icon={<DownloadOutlined aria-hidden />} disabled={address === null} href={address ?? undefined} download={`${number}.pdf`}>
            {texts.savePdf}
          </Button>
        </>
      }
    >
      <div className={styles.document}>
        {pdf.isError && <ErrorOf error={pdf.error} onRetry={() => void pdf.refetch()} />}
        {pdf.isPending && <DelayedSkeleton rows={10} />}
        {pdf.data && <PdfViewer bytes={pdf.data} name={name} />}
      </div>
    </Modal>
  );
}
