import { Button, Typography } from "antd";

import type { Attachment } from "../../../ipc/bindings";
import { useTexts } from "../texts";
import type { PhotoChange } from "./usePhotoChange";

interface Props {
  photo: Attachment;
  /** What the photo is called. */
  name: string;
  /** So many quarter turns, clockwise, make it upright. */
  turns: number;
  readOnly: boolean;
  change: PhotoChange;
}

/** Says that a paper lies on its side or its head, and turns it. */
export function TurnUpright({ photo, name, turns, readOnly, change: { isBusy, turn } }: Props) {
  const texts = useTexts().photos;
  return (
    <>
      <Typography.Text type="warning">{turns === 2 ? texts.upsideDown : texts.sideways}</Typography.Text>
      {!readOnly && (
        <Button size="small" loading={isBusy} aria-label={texts.turnUprightOf(name)} onClick={() => void turn(photo, turns)}>
          {texts.turnUpright}
        </Button>
      )}
    </>
  );
}
