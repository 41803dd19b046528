import { CameraOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";

import type { SlotRule } from "../../../ipc/bindings";
import { fieldId } from "../draft/target";
import { slotPointer } from "../photos/slots";
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
  /** Undefined before it was. */
  const [isOpen, setOpen] = useState<boolean>();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isOpen !== false) return;
    // The keyboard goes back to where it was, or to the slot when that is full and the button gone.
    (button.current ?? document.getElementById(fieldId(slotPointer(rule.slot))))?.focus({ preventScroll: true });
  }, [isOpen, rule.slot]);
  // A camera that is pulled out meanwhile is for the dialog to say.
  if (!isOpen && (!hasCamera || room <= 0)) return null;
  return (
    <>
      <Button
        ref={button}
        icon={<CameraOutlined aria-hidden />}
        aria-label={texts.takeOf(name)}
        onClick={() => setOpen(true)}
      >
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
