import { Alert, Button, Tag, Typography } from "antd";

import type { ReturnedItemView } from "../../ipc/bindings";
import { useCaseView, useWizard } from "./draft/context";
import { SentAndAsked } from "./SentAndAsked";
import { useTexts } from "./texts";
import { placeLabel } from "./texts/problem";
import styles from "./wizard.module.css";

/** What the reviewer sent back: what was sent beside what is asked, each a link to its place. */
export function ReturnedPanel() {
  const texts = useTexts();
  const { returned } = useCaseView();
  if (returned.length === 0) return null;
  return (
    <Alert
      type="warning"
      className={styles.returned}
      title={texts.returned.heading(returned.length)}
      description={
        <>
          <Typography.Text type="secondary">{texts.returned.only}</Typography.Text>
          <ul className={styles.plainList}>
            {returned.map((entry) => (
              <Entry key={entry.item.pointer} entry={entry} />
            ))}
          </ul>
        </>
      }
    />
  );
}

function Entry({ entry }: { entry: ReturnedItemView }) {
  const texts = useTexts();
  const { profile, jump } = useWizard();
  const { item, changed } = entry;
  const label = placeLabel(texts, profile, item);
  return (
    <li className={styles.returnedItem}>
      <div className={styles.returnedHead}>
        <Typography.Text strong>{label}</Typography.Text>
        <Tag color={changed ? "success" : "warning"}>{changed ? texts.returned.changed : texts.returned.unchanged}</Tag>
        <Button
          size="small"
          aria-label={`${texts.returned.goTo} ${label}`}
          onClick={() => {
            jump(item);
          }}
        >
          {texts.returned.goTo}
        </Button>
      </div>
      <SentAndAsked entry={entry} label={label} />
    </li>
  );
}
