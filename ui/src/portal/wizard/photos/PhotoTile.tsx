import { DeleteOutlined, SwapOutlined } from "@ant-design/icons";
import { App, Button, Popconfirm, Typography } from "antd";
import { useRef, useState } from "react";

import { type Attachment, commands, type SlotRule } from "../../../ipc/bindings";
import { useFormat } from "../../../shared/i18n/format";
import { useCaseView, useWizard } from "../draft/context";
import { inLanguage, useTexts } from "../texts";
import { useErrorMessage } from "../../errors";
import styles from "../wizard.module.css";
import { PhotoImage } from "./PhotoImage";
import { PhotoViewer } from "./PhotoViewer";

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
  const verdicts = useCaseView().photos.find((each) => each.photo_id === photo.photo_id)?.verdicts ?? [];
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
        onClick={() => {
          setOpen(true);
        }}
      >
        <PhotoImage photoId={photo.photo_id} side={320} alt="" className={styles.thumb} />
      </button>
      <div className={styles.tileText}>
        <Typography.Text type="secondary">
          {photo.width_px} × {photo.height_px}
          <br />
          {photo.original_sha256 === photo.sha256 ? texts.photos.sizeKept(after) : texts.photos.size(before, after)}
        </Typography.Text>
        {verdicts.length === 0 ? (
          <Typography.Text type="success">{texts.photos.good}</Typography.Text>
        ) : (
          verdicts.map((verdict) => (
            <Typography.Text key={verdict.code} type={verdict.blocking ? "danger" : "warning"}>
              {texts.photos.verdicts[verdict.code] ?? texts.photos.unknownVerdict}
            </Typography.Text>
          ))
        )}
        {!readOnly && <TileActions rule={rule} photo={photo} name={name} index={index} />}
      </div>
      {isOpen && (
        <PhotoViewer
          photoId={photo.photo_id}
          title={title}
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </div>
  );
}

function TileActions({ rule, photo, name, index }: { rule: SlotRule; photo: Attachment; name: string; index: number }) {
  const texts = useTexts();
  const errorText = useErrorMessage();
  const { message } = App.useApp();
  const { draft, uploads } = useWizard();
  const input = useRef<HTMLInputElement>(null);
  const [isBusy, setBusy] = useState(false);
  const remove = async (): Promise<boolean> => {
    setBusy(true);
    try {
      await draft.change(() => commands.photoRemove(draft.view().case_id, photo.photo_id));
      return true;
    } catch (reason) {
      void message.error(errorText(reason));
      setBusy(false);
      return false;
    }
  };
  return (
    <span className={styles.tileActions}>
      <Button
        size="small"
        icon={<SwapOutlined />}
        loading={isBusy}
        aria-label={texts.photos.replaceOf(name, index + 1)}
        onClick={() => input.current?.click()}
      >
        {texts.photos.replace}
      </Button>
      <Popconfirm
        title={texts.photos.removeAsk}
        okText={texts.photos.remove}
        okButtonProps={{ danger: true }}
        cancelText={texts.photos.cancel}
        onConfirm={() => void remove()}
      >
        <Button
          size="small"
          type="text"
          danger
          icon={<DeleteOutlined />}
          disabled={isBusy}
          aria-label={texts.photos.removeOf(name, index + 1)}
        />
      </Popconfirm>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = "";
          // The slot may be full: the old photo makes room first.
          if (files.length > 0) void remove().then((done) => done && uploads.add(rule.slot, files));
        }}
      />
    </span>
  );
}
