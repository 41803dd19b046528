import { CalendarOutlined } from "@ant-design/icons";
import { Button, Calendar, Popover } from "antd";
import dayjs from "dayjs";
import { useState } from "react";

import styles from "./day.module.css";

interface Props {
  /** `YYYY-MM-DD`; anything else opens at today. */
  value: string;
  label: string;
  onPick: (day: string) => void;
  /** The last day that may be picked. */
  latest?: string;
  /** Where the keyboard is held, as in a drawer, the calendar is part of it. */
  isInside?: boolean;
}

const FORMAT = "YYYY-MM-DD";

/** A calendar beside a day that is typed. */
export function DayPicker({ value, label, onPick, latest, isInside = false }: Props) {
  const [open, setOpen] = useState(false);
  const day = dayjs(value);
  const calendar = (
    <div className={styles.calendar}>
      <Calendar
        fullscreen={false}
        value={value !== "" && day.isValid() ? day : dayjs()}
        {...(latest !== undefined && { disabledDate: (each) => each.format(FORMAT) > latest })}
        onSelect={(picked, { source }) => {
          if (source !== "date") return;
          onPick(picked.format(FORMAT));
          setOpen(false);
        }}
      />
    </div>
  );
  return (
    <Popover
      content={calendar}
      trigger="click"
      open={open}
      onOpenChange={setOpen}
      placement="bottomRight"
      destroyOnHidden
      {...(isInside && { getPopupContainer: (button) => button.closest("form") ?? document.body })}
    >
      <Button type="text" size="small" icon={<CalendarOutlined />} aria-label={label} />
    </Popover>
  );
}
