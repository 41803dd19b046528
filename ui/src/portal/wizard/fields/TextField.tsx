import { Input } from "antd";
import { type ChangeEvent, type ClipboardEvent, memo, type ReactNode, useState } from "react";

import { maxChars } from "../draft/branch";
import { useField, useWizard } from "../draft/context";
import { fieldId } from "../draft/target";
import styles from "../wizard.module.css";
import { FieldFrame, statusOf } from "./FieldFrame";

interface Props {
  pointer: string;
  /** What the on-screen keyboard and the layout should expect. */
  kind?: "text" | "number" | "paragraph";
  label?: string;
  hint?: ReactNode;
  wide?: boolean;
  suffix?: ReactNode;
  /** Sees a pasted text first; gives back what is left for this field, or null to paste as usual. */
  onPasted?: (text: string) => string | null;
}

/** One line (or paragraph) of text. While the keyboard is here, what was typed stays as typed. */
export const TextField = memo(function TextField(props: Props) {
  const { pointer, kind = "text", label, hint, wide, suffix, onPasted } = props;
  const { draft, profile } = useWizard();
  const field = useField<string>(pointer);
  const [typed, setTyped] = useState<string | null>(null);
  const busy = typed !== null;
  const shown = typed ?? field.value;

  const type = (text: string) => {
    setTyped(text);
    draft.set(pointer, text);
  };
  const control = {
    id: fieldId(pointer),
    value: shown,
    readOnly: field.readOnly,
    className: field.readOnly ? styles.readOnly : undefined,
    status: statusOf(field, shown !== "", busy),
    maxLength: limit(maxChars(profile, pointer)),
    autoComplete: "off",
    spellCheck: false,
    "aria-required": field.requirement?.due === "now",
    "aria-invalid": statusOf(field, shown !== "", busy) === "error",
    "aria-describedby": `${fieldId(pointer)}-note`,
    onFocus: () => {
      if (!field.readOnly) setTyped(field.value);
    },
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      type(event.target.value);
    },
    onBlur: () => {
      setTyped(null);
      draft.leave(pointer);
      void draft.flush();
    },
    onPaste: (event: ClipboardEvent<HTMLElement>) => {
      const own = field.readOnly ? null : onPasted?.(event.clipboardData.getData("text"));
      if (own === null || own === undefined) return;
      event.preventDefault();
      type(own);
    },
  };
  return (
    <FieldFrame {...{ pointer, field, label, hint, wide, busy }} filled={shown !== ""}>
      {kind === "paragraph" ? (
        <Input.TextArea {...control} autoSize={{ minRows: 2, maxRows: 6 }} />
      ) : (
        <Input {...control} inputMode={kind === "number" ? "numeric" : "text"} suffix={suffix} />
      )}
    </FieldFrame>
  );
});

/** Room to type beyond the limit: a text that is too long is said to be, not cut off. */
function limit(chars: number | null): number {
  return (chars ?? 200) * 2;
}
