import { Select, Typography } from "antd";

import { useTexts } from "../texts";
import styles from "./camera.module.css";
import { useCameras } from "./cameras";

interface Props {
  deviceId: string | null;
  onChoose: (deviceId: string) => void;
}

/** Which camera, where there are several. */
export function CameraChoice({ deviceId, onChoose }: Props) {
  const texts = useTexts().camera;
  const cameras = useCameras();
  if (cameras.length < 2) return null;
  return (
    <label className={styles.choice}>
      <Typography.Text type="secondary">{texts.camera}</Typography.Text>
      <Select
        aria-label={texts.camera}
        value={deviceId}
        options={cameras.map((camera, index) => ({
          value: camera.deviceId,
          label: camera.label || texts.cameraOf(index + 1),
        }))}
        onChange={onChoose}
      />
    </label>
  );
}
