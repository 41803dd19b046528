import { DownloadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { useMemo } from "react";

import { DelayedSkeleton } from "../../shared/components/Delayed";
import { PdfViewer } from "../../shared/components/PdfViewer";
import { useAddress } from "../../shared/useAddress";
import { readNotice } from "../api";
import { ErrorOf } from "../ErrorOf";
import { useConsoleTexts } from "../texts";
import styles from "./case.module.css";
import { useReview } from "./review";

interface Props {
  number: string;
  onClose: () => void;
}

/** The acceptance notice as the merchant gets it. */
export function NoticeDialog({ number, onClose }: Props) {
  const texts = useConsoleTexts().accepting;
  const { view } = useReview();
  const notice = useQuery({ queryKey: ["notice", view.case_id, number], queryFn: () => readNotice(view.case_id) });
  const blob = useMemo(() => notice.data && new Blob([notice.data], { type: "application/pdf" }), [notice.data]);
  const address = useAddress(blob);
  return (
    <Modal
      open
      title={`${texts.notice} ${number}`}
      width="min(900px, 92vw)"
      centered
      onCancel={onClose}
      footer={
        <Button icon={<DownloadOutlined aria-hidden />} disabled={address === null} href={address ?? undefined} download={`${number}.pdf`}>
          {texts.save}
        </Button>
      }
    >
      <div className={styles.document}>
        {notice.isError && <ErrorOf error={notice.error} onRetry={() => void notice.refetch()} />}
        {notice.isPending && <DelayedSkeleton rows={10} />}
        {notice.data && <PdfViewer bytes={notice.data} name={`${texts.notice} ${number}`} />}
      </div>
    </Modal>
  );
}
