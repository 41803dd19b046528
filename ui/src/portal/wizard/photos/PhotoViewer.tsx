import { Modal, Typography } from "antd";

import { photoAddress } from "../../../ipc/photo";
import { PhotoViewer as Viewer } from "../../../shared/components/PhotoViewer";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";

interface Props {
  photoId: string;
  title: string;
  onClose: () => void;
}

/** The photo as it will be sent, over the page. Turning and zooming change the view only. */
export function PhotoViewer({ photoId, title, onClose }: Props) {
  const texts = useTexts();
  return (
    <Modal open title={title} width="min(1100px, 94vw)" footer={null} onCancel={onClose} centered destroyOnHidden>
      <div className={styles.viewerStage}>
        <Viewer src={photoAddress(photoId, "full")} name={title} />
      </div>
      <Typography.Text type="secondary">{texts.photos.viewOnly}</Typography.Text>
    </Modal>
  );
}
