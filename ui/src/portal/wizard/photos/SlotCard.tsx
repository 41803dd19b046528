import { Tag, theme, Tooltip, Typography } from "antd";
import { type ClipboardEvent, useRef, useSyncExternalStore } from "react";

import type { Attachment, SlotRule } from "../../../ipc/bindings";
import { CameraButton } from "../camera/CameraButton";
import { useField, useValue, useWizard } from "../draft/context";
import { fieldId } from "../draft/target";
import { inLanguage, useTexts } from "../texts";
import { PhoneButton } from "../phone/PhoneButton";
import { problemText } from "../texts/problem";
import styles from "../wizard.module.css";
import { Example } from "./Example";
import { FilePicker } from "./FilePicker";
import { pastedFiles, useFileDrop } from "./handover";
import { PhotoTile } from "./PhotoTile";
import { slotPointer } from "./slots";
import { useSorting } from "./sorting/useSorting";
import { UploadLine } from "./UploadLine";
import type { Source, Upload } from "./uploads";

const NO_PHOTOS: readonly Attachment[] = [];

function takesRoom({ replaces, state }: Upload): boolean {
  return replaces === null && state.kind !== "failed";
}

/** One kind of photo: what it should show, what is there, and every way to add one. */
export function SlotCard({ rule }: { rule: SlotRule }) {
  const texts = useTexts();
  const { token } = theme.useToken();
  const { uploads, profile } = useWizard();
  const sorting = useSorting();
  const pointer = slotPointer(rule.slot);
  const photos = useValue((dossier) => dossier.attachments[rule.slot]) ?? NO_PHOTOS;
  const { problems, requirement, wasLeft, readOnly } = useField<unknown>(pointer);
  const all = useSyncExternalStore(uploads.subscribe, uploads.uploads);
  const running = all.filter((upload) => upload.slot === rule.slot);
  const name = inLanguage(texts, rule.name);
  const room = rule.max_count - photos.length - running.filter(takesRoom).length;
  const hasRoom = room > 0;
  const accepts = !readOnly && hasRoom;
  const add = (files: readonly (File | Source)[]) => {
    if (accepts && files.length > 0) uploads.add(rule.slot, files);
  };
  const card = useRef<HTMLDivElement>(null);
  const drop = (files: readonly Source[], isMixed: boolean) => {
    // More than this slot is meant for.
    if (!readOnly && (isMixed || files.length > Math.max(room, 1))) sorting.add(files);
    else add(files);
  };
  const isOver = useFileDrop(card, drop) && accepts;
  const shown = problems.filter((problem) => problem.code !== "photo_missing" || wasLeft);

  return (
    <div
      ref={card}
      id={fieldId(pointer)}
      className={styles.slot}
      style={{
        borderColor: isOver ? token.colorPrimary : shown.length > 0 ? token.colorError : token.colorBorder,
        background: isOver ? token.colorPrimaryBg : token.colorBgContainer,
      }}
      data-slot-card
      role="group"
      tabIndex={0}
      aria-label={texts.photos.region(name)}
      onPaste={(event: ClipboardEvent) => {
        // Dialogs of the card are drawn elsewhere, and have fields of their own.
        if (!event.currentTarget.contains(event.target as Node)) return;
        event.preventDefault();
        if (accepts) void pastedFiles(event.clipboardData.files).then(add);
      }}
    >
      <div className={styles.slotHead}>
        <Typography.Text strong>{name}</Typography.Text>
        {requirement && !requirement.met && requirement.due !== "blocked" && (
          <Tooltip title={texts.reasons[requirement.reason]}>
            <Tag color={requirement.due === "now" ? "error" : "default"}>
              {requirement.due === "now" ? texts.photos.missing : texts.wizard.later}
            </Tag>
          </Tooltip>
        )}
        {rule.max_count > 1 && (
          <Typography.Text type="secondary" className={styles.push}>
            {texts.photos.count(photos.length, rule.max_count)}
          </Typography.Text>
        )}
      </div>
      <div className={styles.guide}>
        <Example slot={rule.slot} label={texts.photos.example(name)} />
        <Typography.Text type="secondary">{inLanguage(texts, rule.guide)}</Typography.Text>
      </div>
      {photos.length > 0 && (
        <div className={styles.tiles}>
          {photos.map((photo, index) => (
            // By place: a turned photo has another id and is the same tile.
            <PhotoTile key={index} {...{ rule, photo, index, readOnly }} />
          ))}
        </div>
      )}
      {running.map((upload) => (
        <UploadLine key={upload.id} upload={upload} />
      ))}
      {accepts && <FilePicker rule={rule} name={name} isFirst={photos.length === 0} onPick={add} />}
      {!readOnly && (
        <div className={styles.ways}>
          <PhoneButton rule={rule} name={name} hasRoom={hasRoom} />
          <CameraButton rule={rule} name={name} room={room} onTake={(photo) => add([photo])} />
        </div>
      )}
      {shown.map((problem) => (
        <Typography.Text
          key={`${problem.pointer}${problem.code}`}
          type={problem.severity === "blocking" ? "danger" : "warning"}
          role="alert"
        >
          {problemText(texts, profile, problem)}
        </Typography.Text>
      ))}
    </div>
  );
}
