import { Typography } from "antd";

import type { Attachment } from "../../../ipc/bindings";
import { ReasonPopover } from "../fields/ReasonPopover";
import { useTexts } from "../texts";
import type { PhotoChange } from "./usePhotoChange";

interface Props {
  photo: Attachment;
  /** What the photo is called. */
  name: string;
  readOnly: boolean;
  change: PhotoChange;
}

/** Why a doubtful photo is used all the same: asked once, shown beside the doubt, and sent with the photo. */
export function KeepAnyway({ photo, name, readOnly, change }: Props) {
  const texts = useTexts();
  const kept = photo.kept_because ?? "";
  const said = kept !== "" && <Typography.Text>{texts.photos.keptBecause(kept)}</Typography.Text>;
  if (readOnly) return said;
  return (
    <>
      {said}
      <ReasonPopover
        button={kept === "" ? texts.photos.keep : texts.field.changeReason}
        buttonName={texts.photos.keepOf(name)}
        title={texts.photos.reasonTitle}
        label={texts.photos.reasonOf(name)}
        placeholder={texts.photos.reasonHint}
        given={kept}
        busy={change.isBusy}
        onSave={(reason) => change.keep(photo, reason)}
      />
    </>
  );
}
