import { Button, Typography } from "antd";

import mark from "../../../../icons/zhanggui.svg?url";
import { SelfcheckButton } from "../session/SelfcheckButton";
import { usePortalTexts } from "../texts";
import { useNewCase } from "../useNewCase";
import styles from "./workbench.module.css";

/** The first minute: nothing stands between the user and the first draft. */
export function Welcome() {
  const texts = usePortalTexts().workbench;
  const { create, busy } = useNewCase();
  return (
    <div className={styles.welcome}>
      <img src={mark} alt="" width={72} height={72} />
      <Typography.Title level={1} className={styles.welcomeTitle}>
        {texts.welcome}
      </Typography.Title>
      <Typography.Text type="secondary">{texts.startHint}</Typography.Text>
      <Button type="primary" size="large" className={styles.start} loading={busy} autoFocus onClick={create}>
        {texts.start}
      </Button>
      <ol className={styles.steps}>
        {texts.steps.map(([title, hint]) => (
          <li key={title}>
            <strong>{title}</strong>
            <span>{hint}</span>
          </li>
        ))}
      </ol>
      <SelfcheckButton />
    </div>
  );
}
