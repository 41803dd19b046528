import { Typography } from "antd";
import { useState } from "react";

import type { Dossier, PhotoView, Profile, Slot } from "../../../ipc/bindings";
import { useCaseView, useWizard } from "../draft/context";
import { PhotoImage } from "../photos/PhotoImage";
import { PhotoViewer } from "../photos/PhotoViewer";
import { useTexts } from "../texts";
import { slotName } from "../texts/problem";
import styles from "../wizard.module.css";

export function PhotoStrip({ attachments }: { attachments: Dossier["attachments"] }) {
  const { profile } = useWizard();
  return <Photos attachments={attachments} views={useCaseView().photos} profile={profile} />;
}

interface PhotosProps {
  attachments: Dossier["attachments"];
  views: readonly PhotoView[];
  profile: Profile;
}

/** Every photo of the case with its slot's name; each opens large. */
export function Photos({ attachments, views, profile }: PhotosProps) {
  const texts = useTexts();
  const [open, setOpen] = useState<{ id: string; title: string } | null>(null);
  const photos = profile.slots.flatMap(({ slot }) => photosOf(attachments, slot));
  if (photos.length === 0) return <Typography.Text type="secondary">{texts.case.noPhotos}</Typography.Text>;
  return (
    <div className={styles.strip}>
      {photos.map(({ id, slot, index }) => {
        const elsewhere = views.some((view) => view.photo_id === id && !view.here);
        const name = slotName(texts, profile, slot);
        const title = texts.photos.open(name, index + 1);
        return (
          <figure key={id} className={styles.stripItem}>
            <button
              type="button"
              className={styles.thumbButton}
              aria-label={title}
              disabled={elsewhere}
              onClick={() => {
                setOpen({ id, title });
              }}
            >
              <PhotoImage photoId={id} elsewhere={elsewhere} side={320} alt="" className={styles.thumb} />
            </button>
            <figcaption>
              <Typography.Text type="secondary">{name}</Typography.Text>
            </figcaption>
          </figure>
        );
      })}
      {open && (
        <PhotoViewer
          photoId={open.id}
          title={open.title}
          onClose={() => {
            setOpen(null);
          }}
        />
      )}
    </div>
  );
}

function photosOf(attachments: Dossier["attachments"], slot: Slot) {
  return (attachments[slot] ?? []).map((photo, index) => ({ id: photo.photo_id, slot, index }));
}
