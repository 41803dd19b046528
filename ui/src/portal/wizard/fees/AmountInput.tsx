import { Input, Typography } from "antd";
import { useState } from "react";

import styles from "../wizard.module.css";

interface Props {
  id: string;
  label: string;
  value: number | null;
  placeholder: string;
  format: (value: number) => string;
  /** Null when the text isn't such a number. */
  parse: (text: string) => number | null;
  /** What to say then. */
  malformed: string;
  readOnly: boolean;
  onChange: (value: number | null) => void;
  onLeave: () => void;
}

/** A number with a fixed number of decimals. What can't be read stays on screen until it is put right. */
export function AmountInput(props: Props) {
  const { id, label, value, placeholder, format, parse, malformed, readOnly, onChange, onLeave } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const isMalformed = typed !== null && typed.trim() !== "" && parse(typed) === null;
  return (
    <>
      <Input
        id={id}
        className={styles.amount}
        aria-label={label}
        aria-invalid={isMalformed}
        inputMode="decimal"
        autoComplete="off"
        value={typed ?? (value === null ? "" : format(value))}
        placeholder={placeholder}
        readOnly={readOnly}
        status={isMalformed ? "error" : ""}
        onChange={(event) => {
          const text = event.target.value;
          setTyped(text);
          if (text.trim() === "") onChange(null);
          else if (parse(text) !== null) onChange(parse(text));
        }}
        onBlur={() => {
          if (!isMalformed) setTyped(null);
          onLeave();
        }}
      />
      {isMalformed && (
        <Typography.Text type="danger" role="alert" className={styles.block}>
          {malformed}
        </Typography.Text>
      )}
    </>
  );
}
