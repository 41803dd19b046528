import { Button, Select, Typography } from "antd";
import { useState } from "react";

import type { Slot } from "../../../ipc/bindings";
import { photoAddress } from "../../../ipc/photo";
import { PhotoViewer } from "../../../shared/components/PhotoViewer";
import { useCaseView, useWizard } from "../draft/context";
import { differencesOn } from "../photos/differences";
import { PhotoMarks } from "../photos/PhotoMarks";
import { slotPointer } from "../photos/slots";
import { useTexts } from "../texts";
import { slotName } from "../texts/problem";
import styles from "../wizard.module.css";

/** They are told where the photo is taken. */
const NO_VERDICTS = { outline: null, verdicts: [] };

/** The photo of the paper that this step's fields are copied from. */
export function SourcePhoto({ slots }: { slots: readonly Slot[] }) {
  const texts = useTexts();
  const { profile, jump } = useWizard();
  const view = useCaseView();
  const taken = slots.filter((slot) => view.dossier.attachments[slot]?.length);
  const needed = slots.find((slot) =>
    view.requirements.some((requirement) => requirement.pointer === slotPointer(slot) && !requirement.met),
  );
  const [wanted, setWanted] = useState<Slot | null>(null);
  const shown = wanted && taken.includes(wanted) ? wanted : taken[0];
  const photo = shown && view.dossier.attachments[shown]?.[0];
  if (!photo && !needed) return null;
  return (
    <section className={styles.panel} aria-label={texts.wizard.source}>
      <Typography.Title level={3} className={styles.panelTitle}>
        {texts.wizard.source}
      </Typography.Title>
      {taken.length > 1 && (
        <Select<Slot>
          size="small"
          aria-label={texts.wizard.source}
          value={shown}
          options={taken.map((slot) => ({ value: slot, label: slotName(texts, profile, slot) }))}
          onChange={setWanted}
        />
      )}
      {photo ? (
        <div className={styles.sourceStage}>
          <PhotoViewer
            src={photoAddress(photo.photo_id, 1200)}
            name={slotName(texts, profile, shown)}
            marks={<PhotoMarks photo={photo} view={NO_VERDICTS} differences={differencesOn(view, photo.photo_id)} />}
          />
        </div>
      ) : (
        needed && (
          <>
            <Typography.Paragraph type="secondary">
              {texts.wizard.sourceMissing(slotName(texts, profile, needed))}
            </Typography.Paragraph>
            <Button
              size="small"
              onClick={() => {
                jump({ pointer: slotPointer(needed) });
              }}
            >
              {texts.wizard.addPhoto}
            </Button>
          </>
        )
      )}
    </section>
  );
}
