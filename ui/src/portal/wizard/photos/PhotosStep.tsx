import { Typography } from "antd";

import { useRef } from "react";

import type { SlotRule } from "../../../ipc/bindings";
import { Below } from "../Below";
import { useCaseView, useWizard } from "../draft/context";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";
import { useFileDrop } from "./handover";
import { SlotCard } from "./SlotCard";
import { slotGroups } from "./slots";
import { SortDialog } from "./sorting/SortDialog";
import { SortingBar } from "./sorting/SortingBar";
import { SortingProvider, useNewSorting } from "./sorting/useSorting";

/** Slots take what is dropped on them. */
const SLOT_CARD = "[data-slot-card]";

export function PhotosStep({ isSought }: { isSought: boolean }) {
  const texts = useTexts();
  const { profile } = useWizard();
  const view = useCaseView();
  const groups = slotGroups(profile, view);
  const sorting = useNewSorting();
  const mayAdd = view.editing.mode !== "nothing";
  const place = useRef<HTMLDivElement>(null);
  const isOver = useFileDrop(
    place,
    (files) => {
      if (mayAdd) sorting.add(files);
    },
    SLOT_CARD,
  );
  return (
    <SortingProvider value={sorting}>
      <div ref={place} className={styles.photosStep}>
        {mayAdd && <SortingBar isOver={isOver} />}
        <SlotGroup title={texts.photos.required} rules={groups.now} />
        <Below atOnce={isSought}>
          <SlotGroup title={texts.photos.later} rules={groups.later} />
          <SlotGroup title={texts.photos.optional} rules={groups.optional} />
        </Below>
      </div>
      <SortDialog />
    </SortingProvider>
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
