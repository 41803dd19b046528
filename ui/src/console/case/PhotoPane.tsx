import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { Button, Typography } from "antd";
import { useState } from "react";

import { EmptyState } from "../../shared/components/EmptyState";
import { useFormat } from "../../shared/i18n/format";
import { useConsoleTexts } from "../texts";
import styles from "./case.module.css";
import { PhotoStage } from "./PhotoStage";
import { PhotoStrip } from "./PhotoStrip";
import { ReturnButton } from "./ReturnButton";
import { useReview } from "./review";

interface Props {
  /** Which photo, from 0. */
  at: number;
  onStep: (by: 1 | -1) => void;
  onShow: (pointer: string) => void;
}

/** The photos, one large. */
export function PhotoPane({ at, onStep, onShow }: Props) {
  const texts = useConsoleTexts();
  const format = useFormat();
  const { photos, label } = useReview();
  /** The photo whose predecessor is looked at. */
  const [older, setOlder] = useState<string | null>(null);
  const current = photos[at];
  if (!current) {
    return (
      <aside className={styles.right} aria-label={texts.photos.label}>
        <EmptyState title={texts.photos.none} />
      </aside>
    );
  }
  const isOlder = older === current.pointer && current.before !== null;
  const photo = isOlder && current.before ? current.before : current.photo;
  const name = isOlder ? texts.photos.beforeOf(label(current.pointer)) : label(current.pointer);
  return (
    <aside className={styles.right} aria-label={texts.photos.label}>
      <div className={styles.photoHead}>
        <Button
          size="small"
          icon={<LeftOutlined />}
          aria-label={texts.photos.previous}
          title={`${texts.photos.previous} [`}
          disabled={at === 0}
          onClick={() => onStep(-1)}
        />
        <Button
          size="small"
          icon={<RightOutlined />}
          aria-label={texts.photos.next}
          title={`${texts.photos.next} ]`}
          disabled={at === photos.length - 1}
          onClick={() => onStep(1)}
        />
        <Typography.Text strong ellipsis className={styles.photoName}>
          {name}
        </Typography.Text>
        <Typography.Text type="secondary" className={styles.photoFacts}>
          {texts.photos.position(at + 1, photos.length)} ·{" "}
          {texts.photos.size(photo.width_px, photo.height_px, format.bytes(photo.size_bytes))}
        </Typography.Text>
        {current.before && (
          <Button size="small" aria-pressed={isOlder} onClick={() => setOlder(isOlder ? null : current.pointer)}>
            {isOlder ? texts.photos.now : texts.photos.before}
          </Button>
        )}
        <ReturnButton pointer={current.pointer} label={label(current.pointer)} inList={false} />
      </div>
      {photo.kept_because && (
        <Typography.Text type="warning" className="selectable">
          {texts.photos.keptBecause(photo.kept_because)}
        </Typography.Text>
      )}
      <div className={styles.stage}>
        <PhotoStage key={photo.sha256} photo={photo} name={name} />
      </div>
      <PhotoStrip at={at} onShow={onShow} />
    </aside>
  );
}
