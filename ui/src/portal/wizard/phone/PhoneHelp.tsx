import { Collapse } from "antd";

import { useTexts } from "../texts";
import styles from "./phone.module.css";

/** What to try when the phone can't open the page. */
export function PhoneHelp({ port }: { port: number }) {
  const texts = useTexts().phone;
  const steps = (
    <ol className={styles.steps}>
      {texts.helpSteps(port).map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ol>
  );
  return <Collapse size="small" items={[{ key: "help", label: texts.trouble, children: steps }]} />;
}
