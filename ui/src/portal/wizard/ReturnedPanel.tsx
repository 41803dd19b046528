import { Button, Tag, theme, Typography } from "antd";

import type { ReturnedItemView } from "../../ipc/bindings";
import { useCaseView, useWizard } from "./draft/context";
import { SentAndAsked } from "./SentAndAsked";
import { type StepId, stepOf } from "./steps";
import { useTexts } from "./texts";
import { placeLabel } from "./texts/problem";
import styles from "./wizard.module.css";

/** What the reviewer sent back: what was sent beside what is asked, each a link to its place. */
export function ReturnedPanel({ step }: { step: StepId }) {
  const texts = useTexts();
  const { token } = theme.useToken();
  const { returned } = useCaseView();
  if (returned.length === 0) return null;
  return (
    <section
      className={styles.returned}
      style={{ borderColor: token.colorWarning }}
      aria-label={texts.returned.heading(returned.length)}
    >
      <Typography.Title level={2} className={styles.panelTitle}>
        {texts.returned.heading(returned.length)}
      </Typography.Title>
      <Typography.Text type="secondary">{texts.returned.only}</Typography.Text>
      <ul className={styles.plainList}>
        {returned.map((entry) => (
          <Entry key={entry.item.pointer} entry={entry} isHere={stepOf(entry.item.pointer) === step} />
        ))}
      </ul>
    </section>
  );
}

/** Side by side on the step where it is answered, one line elsewhere. */
function Entry({ entry, isHere }: { entry: ReturnedItemView; isHere: boolean }) {
  const texts = useTexts();
  const { profile, jump } = useWizard();
  const { item, changed } = entry;
  const label = placeLabel(texts, profile, item);
  return (
    <li className={styles.returnedItem}>
      <div className={styles.returnedHead}>
        <Typography.Text strong>{label}</Typography.Text>
        <Tag>{changed ? texts.returned.changed : texts.returned.unchanged}</Tag>
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
      {isHere && <SentAndAsked entry={entry} label={label} />}
    </li>
  );
}
