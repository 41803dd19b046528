import { EyeInvisibleOutlined, EyeOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";

import { useSharedTexts } from "../texts";
import { type MaskKind, masked } from "../mask";

interface Props {
  value: string;
  kind: MaskKind;
  /** What the value is, for people who hear the page. */
  label: string;
}

/** A personal number, hidden until it is asked for. */
export function MaskedValue({ value, kind, label }: Props) {
  const texts = useSharedTexts();
  const [open, setOpen] = useState(false);
  if (value === "") return null;
  return (
    <span className="selectable">
      {open ? value : masked(value, kind)}
      <Button
        type="text"
        size="small"
        icon={open ? <EyeInvisibleOutlined aria-hidden /> : <EyeOutlined aria-hidden />}
        aria-label={`${open ? texts.masked.hide : texts.masked.show} ${label}`}
        onClick={() => setOpen(!open)}
      />
    </span>
  );
}
