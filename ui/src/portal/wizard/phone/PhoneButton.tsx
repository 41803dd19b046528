import { MobileOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";

import type { SlotRule } from "../../../ipc/bindings";
import { useTexts } from "../texts";
import { PhoneDialog } from "./PhoneDialog";

interface Props {
  rule: SlotRule;
  /** The slot's name. */
  name: string;
  /** The slot takes more photos. */
  hasRoom: boolean;
}

/** Opens the way for a phone's photos into a slot. */
export function PhoneButton({ rule, name, hasRoom }: Props) {
  const texts = useTexts().phone;
  const [isOpen, setOpen] = useState(false);
  // The last photo that fits may still be taken again.
  if (!hasRoom && !isOpen) return null;
  return (
    <>
      <Button icon={<MobileOutlined aria-hidden />} aria-label={texts.takeOf(name)} onClick={() => setOpen(true)}>
        {texts.take}
      </Button>
      {isOpen && <PhoneDialog rule={rule} name={name} onClose={() => setOpen(false)} />}
    </>
  );
}
