import { Button, Input, Popover, Typography } from "antd";
import { useState } from "react";

import type { Attachment } from "../../../ipc/bindings";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";
import type { PhotoChange } from "./usePhotoChange";

const MAX_CHARS = 200;

interface Props {
  photo: Attachment;
  /** What the photo is called. */
  name: string;
  readOnly: boolean;
  change: PhotoChange;
}

/** Why a doubtful photo is used all the same: asked once, shown beside the doubt, and sent with the photo. */
export function KeepAnyway({ photo, name, readOnly, change }: Props) {
  const texts = useTexts().photos;
  const kept = photo.kept_because ?? "";
  const [open, setOpen] = useState(false);
  /** What is being typed, also while the form is closed by a slip; none when nothing was. */
  const [typed, setTyped] = useState<string | null>(null);
  const reason = typed ?? kept;
  const label = texts.reasonOf(name);
  const said = kept !== "" && <Typography.Text>{texts.keptBecause(kept)}</Typography.Text>;
  if (readOnly) return said;

  const save = async () => {
    if (!(await change.keep(photo, reason.trim()))) return;
    setTyped(null);
    setOpen(false);
  };
  const form = (
    <div className={styles.keepForm}>
      <Input.TextArea
        aria-label={label}
        placeholder={texts.reasonHint}
        value={reason}
        maxLength={MAX_CHARS}
        autoSize={{ minRows: 2, maxRows: 4 }}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Button
        size="small"
        type="primary"
        loading={change.isBusy}
        disabled={reason.trim() === "" && kept === ""}
        onClick={() => void save()}
      >
        {texts.saveReason}
      </Button>
    </div>
  );
  return (
    <>
      {said}
      <Popover
        trigger="click"
        open={open}
        destroyOnHidden
        title={texts.reasonTitle}
        content={form}
        onOpenChange={setOpen}
      >
        <Button size="small" aria-label={texts.keepOf(name)}>
          {kept === "" ? texts.keep : texts.changeReason}
        </Button>
      </Popover>
    </>
  );
}
