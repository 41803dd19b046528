import { MobileOutlined } from "@ant-design/icons";
import { Button } from "antd";

import type { SlotRule } from "../../../ipc/bindings";
import { useDialog } from "../../../shared/useDialog";
import { fieldId } from "../draft/target";
import { slotPointer } from "../photos/slots";
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
  const { isOpen, open, close, opener } = useDialog(fieldId(slotPointer(rule.slot)));
  // The last photo that fits may still be taken again.
  if (!hasRoom && !isOpen) return null;
  return (
    <>
      <Button ref={opener} icon={<MobileOutlined aria-hidden />} aria-label={texts.takeOf(name)} onClick={open}>
        {texts.take}
      </Button>
      {isOpen && <PhoneDialog rule={rule} name={name} onClose={close} />}
    </>
  );
}
