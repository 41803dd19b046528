import { Typography } from "antd";

import type { ReturnedItemView } from "../../ipc/bindings";
import { PhotoImage } from "./photos/PhotoImage";
import { useTexts } from "./texts";
import styles from "./wizard.module.css";

/** Side by side: what was sent, and what the reviewer says of it. */
export function SentAndAsked({ entry, label }: { entry: ReturnedItemView; label: string }) {
  const texts = useTexts();
  const { item, sent, sent_photos } = entry;
  return (
    <div className={styles.sideBySide}>
      <div>
        <Typography.Text type="secondary" className={styles.block}>
          {texts.returned.sent}
        </Typography.Text>
        {sent_photos.length > 0 ? (
          sent_photos.map((id) => (
            <PhotoImage key={id} photoId={id} side={320} alt={label} className={styles.sentPhoto} />
          ))
        ) : (
          <span className="selectable">{sent === null || sent === "" ? texts.returned.noValue : sent}</span>
        )}
      </div>
      <div>
        <Typography.Text type="secondary" className={styles.block}>
          {texts.returned.wanted}
        </Typography.Text>
        <Typography.Text strong>{texts.returnReasons[item.reason]}</Typography.Text>
        {item.text !== "" && <Typography.Paragraph className="selectable">{item.text}</Typography.Paragraph>}
      </div>
    </div>
  );
}
