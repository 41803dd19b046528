import { Typography } from "antd";

import type { SlotRule } from "../../../ipc/bindings";
import { useCaseView, useWizard } from "../draft/context";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";
import { SlotCard } from "./SlotCard";
import { slotGroups } from "./slots";

export function PhotosStep() {
  const texts = useTexts();
  const { profile } = useWizard();
  const groups = slotGroups(profile, useCaseView());
  return (
    <>
      <SlotGroup title={texts.photos.required} rules={groups.now} />
      <SlotGroup title={texts.photos.later} rules={groups.later} />
      <SlotGroup title={texts.photos.optional} rules={groups.optional} />
    </>
  );
}

function SlotGroup({ title, rules }: { title: string; rules: readonly SlotRule[] }) {
  if (rules.length === 0) return null;
  return (
    <section className={styles.section} aria-label={title}>
      <Typography.Title level={2} className={styles.sectionTitle}>
        {title}
      </Typography.Title>
      <div className={styles.slots}>
        {rules.map((rule) => (
          <SlotCard key={rule.slot} rule={rule} />
        ))}
      </div>
    </section>
  );
}
