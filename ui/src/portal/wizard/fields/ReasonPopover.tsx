import { Button, Popover } from "antd";
import { useState } from "react";

import { Words } from "../../../shared/components/Words";
import { isTooLong } from "../../../shared/words";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";

const MAX_CHARS = 200;

interface Props {
  /** What the button says, and what it is called for screen readers. */
  button: string;
  buttonName: string;
  title: string;
  /** What the field is called. */
  label: string;
  placeholder: string;
  /** The reason that stands; empty when there is none. */
  given: string;
  busy: boolean;
  /** Whether it was saved. */
  onSave: (reason: string) => Promise<boolean>;
}

/** A reason in one's own words. What is being typed outlives a slip that closes the form. */
export function ReasonPopover({ button, buttonName, title, label, placeholder, given, busy, onSave }: Props) {
  const texts = useTexts().field;
  const [open, setOpen] = useState(false);
  /** What is being typed; none when nothing was. */
  const [typed, setTyped] = useState<string | null>(null);
  const reason = typed ?? given;
  const save = async () => {
    if (!(await onSave(reason.trim()))) return;
    setTyped(null);
    setOpen(false);
  };
  const form = (
    <div className={styles.keepForm}>
      <Words
        aria-label={label}
        placeholder={placeholder}
        value={reason}
        max={MAX_CHARS}
        autoSize={{ minRows: 2, maxRows: 4 }}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Button
        size="small"
        type="primary"
        loading={busy}
        disabled={(reason.trim() === "" && given === "") || isTooLong(reason, MAX_CHARS)}
        onClick={() => void save()}
      >
        {texts.saveReason}
      </Button>
    </div>
  );
  return (
    <Popover trigger="click" placement="bottomLeft" open={open} destroyOnHidden title={title} content={form} onOpenChange={setOpen}>
      <Button size="small" aria-label={buttonName}>
        {button}
      </Button>
    </Popover>
  );
}
