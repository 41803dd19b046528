import { EyeInvisibleOutlined, EyeOutlined } from "@ant-design/icons";
import { Button, Input, type InputProps } from "antd";
import { useState } from "react";

import { useSharedTexts } from "../texts";

interface Props extends InputProps {
  /** What the field is called: its button says whose text it shows. */
  label: string;
}

/** A line of text that nobody reads over the shoulder, until it is asked for. */
export function SecretInput({ label, ...input }: Props) {
  const texts = useSharedTexts();
  const [isShown, setShown] = useState(false);
  return (
    <Input
      {...input}
      type={isShown ? "text" : "password"}
      spellCheck={false}
      suffix={
        <Button
          type="text"
          size="small"
          icon={isShown ? <EyeOutlined aria-hidden /> : <EyeInvisibleOutlined aria-hidden />}
          aria-pressed={isShown}
          aria-label={texts.showSecret(label)}
          onClick={() => setShown(!isShown)}
        />
      }
    />
  );
}
