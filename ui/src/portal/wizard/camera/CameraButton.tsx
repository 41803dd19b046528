import { CameraOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";

import type { SlotRule } from "../../../ipc/bindings";
import { useTexts } from "../texts";
import { CameraDialog } from "./CameraDialog";
import { useHasCamera } from "./cameras";

interface Props {
  rule: SlotRule;
  /** The slot's name. */
  name: string;
  /** How many more photos the slot takes. */
  room: number;
  onTake: (photo: File) => void;
}

/** Opens the computer's own camera for a slot, where there is one. */
export function CameraButton({ rule, name, room, onTake }: Props) {
  const texts = useTexts().camera;
  const hasCamera = useHasCamera();
  const [isOpen, setOpen] = useState(false);
  // A camera that is pulled out meanwhile is for the dialog to say.
  if (!isOpen && (!hasCamera || room <= 0)) return null;
  return (
    <>
      <Button icon={<CameraOutlined aria-hidden />} aria-label={texts.takeOf(name)} onClick={() => setOpen(true)}>
        {texts.take}
      </Button>
      {isOpen && (
        <CameraDialog
          rule={rule}
          name={name}
          onTake={(photo) => {
            onTake(photo);
            if (room <= 1) setOpen(false);
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
