import { Typography } from "antd";
import { type CSSProperties, useState } from "react";

import { photoAddress, type PhotoSide } from "../../../ipc/photo";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";

interface Props {
  photoId: string;
  /** Its bytes aren't on this computer: another one sent it, or its time here is over. */
  elsewhere?: boolean;
  side: PhotoSide;
  alt: string;
  className?: string;
  style?: CSSProperties;
}

/** A stored photo, or a word that it can't be shown. */
export function PhotoImage({ photoId, elsewhere = false, side, alt, className, style }: Props) {
  const texts = useTexts();
  const [hasFailed, setFailed] = useState(false);
  if (elsewhere || hasFailed) {
    return (
      <span className={styles.noImage} role="img" aria-label={alt}>
        <Typography.Text type="secondary">{elsewhere ? texts.photos.elsewhere : texts.photos.unreadable}</Typography.Text>
      </span>
    );
  }
  return (
    <img
      src={photoAddress(photoId, side)}
      alt={alt}
      className={className}
      style={style}
      draggable={false}
      onError={() => {
        setFailed(true);
      }}
    />
  );
}
