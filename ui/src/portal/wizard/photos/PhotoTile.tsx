import { Typography } from "antd";
import { useState } from "react";

import type { Attachment, SlotRule } from "../../../ipc/bindings";
import { TILE_SIDE } from "../../../ipc/photo";
import { useFormat } from "../../../shared/i18n/format";
import { useCaseView } from "../draft/context";
import { inLanguage, useTexts } from "../texts";
import styles from "../wizard.module.css";
import { KeepAnyway } from "./KeepAnyway";
import { PhotoImage } from "./PhotoImage";
import { differencesOn } from "./differences";
import { PhotoMarks } from "./PhotoMarks";
import { PhotoViewer } from "./PhotoViewer";
import { TileActions } from "./TileActions";
import { TurnUpright } from "./TurnUpright";
import { usePhotoChange } from "./usePhotoChange";
import { Verdicts } from "./Verdicts";

interface Props {
  rule: SlotRule;
  photo: Attachment;
  index: number;
  readOnly: boolean;
}

/** A photo as it will be sent, with what the quality check says of it. */
export function PhotoTile({ rule, photo, index, readOnly }: Props) {
  const texts = useTexts();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const change = usePhotoChange();
  const whole = useCaseView();
  const view = whole.photos.find((each) => each.photo_id === photo.photo_id);
  const differences = differencesOn(whole, photo.photo_id);
  const elsewhere = view?.here === false;
  const name = inLanguage(texts, rule.name);
  const title = texts.photos.open(name, index + 1);
  const before = format.bytes(photo.original_bytes);
  const after = format.bytes(photo.size_bytes);
  return (
    <div className={styles.tile}>
      <button
        type="button"
        className={styles.thumbButton}
        aria-label={title}
        disabled={elsewhere}
        onClick={() => {
          setOpen(true);
        }}
      >
        <PhotoImage
          key={photo.photo_id}
          photoId={photo.photo_id}
          elsewhere={elsewhere}
          side={TILE_SIDE}
          alt=""
          className={styles.thumb}
        />
        {view?.here && <PhotoMarks {...{ photo, view, differences }} className={styles.marks} />}
      </button>
      <div className={styles.tileText}>
        <Typography.Text type="secondary">
          {photo.width_px} × {photo.height_px}
          <br />
          {photo.original_sha256 === photo.sha256 ? texts.photos.sizeKept(after) : texts.photos.size(before, after)}
        </Typography.Text>
        <Verdicts verdicts={view?.verdicts ?? []} />
        {((view?.verdicts ?? []).some(({ blocking }) => !blocking) || photo.kept_because) && (
          <KeepAnyway photo={photo} name={`${name} ${String(index + 1)}`} readOnly={readOnly} change={change} />
        )}
        {view && view.quarter_turns > 0 && (
          <TurnUpright photo={photo} name={`${name} ${String(index + 1)}`} turns={view.quarter_turns} {...{ readOnly, change }} />
        )}
        {view && texts.photos.reading[view.reading] && (
          <Typography.Text type="secondary" role="status">
            {texts.photos.reading[view.reading]}
          </Typography.Text>
        )}
      </div>
      {!readOnly && <TileActions {...{ rule, photo, name, index, change }} />}
      {isOpen && (
        <PhotoViewer
          photoId={photo.photo_id}
          title={title}
          marks={view && <PhotoMarks {...{ photo, view, differences }} />}
          onTurn={readOnly ? undefined : () => void change.turn(photo)}
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </div>
  );
}
