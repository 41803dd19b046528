import { Modal, Typography } from "antd";
import type { ReactNode } from "react";

import { photoAddress } from "../../../ipc/photo";
import { PhotoViewer as Viewer } from "../../../shared/components/PhotoViewer";
import { useFocusReturn } from "../../../shared/useFocusReturn";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";

interface Props {
  photoId: string;
  title: string;
  /** Drawn over the photo. */
  marks?: ReactNode;
  /** Turns the photo itself. */
  onTurn?: () => void;
  onClose: () => void;
}

/** The photo as it will be sent, over the page. */
export function PhotoViewer({ photoId, title, marks, onTurn, onClose }: Props) {
  const texts = useTexts();
  useFocusReturn();
  return (
    <Modal open title={title} width="min(1100px, 94vw)" footer={null} onCancel={onClose} centered destroyOnHidden>
      <div className={styles.viewerStage}>
        <Viewer src={photoAddress(photoId, "full")} name={title} marks={marks} onTurn={onTurn} />
      </div>
      <Typography.Text type="secondary">{onTurn ? texts.photos.turnKept : texts.photos.viewOnly}</Typography.Text>
    </Modal>
  );
}
