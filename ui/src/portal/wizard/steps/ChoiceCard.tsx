import { Checkbox, Radio, theme, Typography } from "antd";
import { useId } from "react";

import styles from "../wizard.module.css";

interface Props {
  type: "radio" | "checkbox";
  name?: string;
  title: string;
  about: string;
  note?: string;
  checked: boolean;
  disabled: boolean;
  /** Chosen, but can't stay so. */
  isWrong?: boolean;
  onToggle: () => void;
}

/** One answer with its explanation; the whole card is the control's label. */
export function ChoiceCard({ type, name, title, about, note, checked, disabled, isWrong = false, onToggle }: Props) {
  const { token } = theme.useToken();
  const id = useId();
  const Control = type === "radio" ? Radio : Checkbox;
  const border = isWrong ? token.colorError : checked ? token.colorPrimary : token.colorBorder;
  return (
    <Control
      className={styles.card}
      style={{ borderColor: border, background: checked ? token.colorPrimaryBg : token.colorBgContainer }}
      name={name}
      checked={checked}
      disabled={disabled}
      onChange={onToggle}
      aria-label={title}
      aria-describedby={id}
    >
      <Typography.Text strong disabled={disabled && !checked}>
        {title}
      </Typography.Text>
      <span id={id} className={styles.cardAbout}>
        <Typography.Text type="secondary">{about}</Typography.Text>
        {note && <Typography.Text type={isWrong ? "danger" : "secondary"}>{note}</Typography.Text>}
      </span>
    </Control>
  );
}
