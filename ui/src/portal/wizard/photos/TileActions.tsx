import { DeleteOutlined, RotateRightOutlined, SwapOutlined } from "@ant-design/icons";
import { Button, Popconfirm } from "antd";
import { useRef } from "react";

import type { Attachment, SlotRule } from "../../../ipc/bindings";
import { useWizard } from "../draft/context";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";
import { PICTURES } from "./slots";
import type { PhotoChange } from "./usePhotoChange";

interface Props {
  rule: SlotRule;
  photo: Attachment;
  name: string;
  index: number;
  change: PhotoChange;
}

/** Turn it, take another, take it away. */
export function TileActions({ rule, photo, name, index, change: { isBusy, remove, turn } }: Props) {
  const texts = useTexts();
  const { uploads } = useWizard();
  const input = useRef<HTMLInputElement>(null);
  return (
    <span className={styles.tileActions}>
      <Button
        size="small"
        type="text"
        icon={<RotateRightOutlined aria-hidden />}
        disabled={isBusy}
        title={texts.photos.turn}
        aria-label={texts.photos.turnOf(name, index + 1)}
        onClick={() => void turn(photo)}
      />
      <Button
        size="small"
        icon={<SwapOutlined aria-hidden />}
        disabled={isBusy}
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
        onConfirm={() => void remove(photo)}
      >
        <Button
          size="small"
          type="text"
          danger
          icon={<DeleteOutlined aria-hidden />}
          disabled={isBusy}
          aria-label={texts.photos.removeOf(name, index + 1)}
        />
      </Popconfirm>
      <input
        ref={input}
        type="file"
        accept={PICTURES}
        hidden
        aria-label={texts.photos.replaceOf(name, index + 1)}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = "";
          // The old photo stays until the new one has taken its place.
          if (file) uploads.replace(rule.slot, photo.photo_id, file);
        }}
      />
    </span>
  );
}
