import { Input, Typography } from "antd";
import type { TextAreaProps } from "antd/es/input";
import { useId } from "react";

import { useSharedTexts } from "../texts";
import { isTooLong, lengthOf } from "../words";

interface Props extends Omit<TextAreaProps, "maxLength" | "count" | "showCount" | "status"> {
  value: string;
  /** Most characters. */
  max: number;
}

/** Words of one's own, up to a limit. What is pasted stays whole: that it is too long is said, not cut off. */
export function Words({ max, ...props }: Props) {
  const texts = useSharedTexts();
  const note = useId();
  const tooLong = isTooLong(props.value, max);
  return (
    <>
      <Input.TextArea
        {...props}
        {...(tooLong && { status: "error" as const, "aria-invalid": true, "aria-describedby": note })}
        count={{ show: true, max, strategy: lengthOf }}
      />
      {tooLong && (
        <Typography.Text id={note} type="danger" role="alert">
          {texts.tooLong(max)}
        </Typography.Text>
      )}
    </>
  );
}
