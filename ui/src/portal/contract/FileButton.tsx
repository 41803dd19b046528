import { Button } from "antd";

import { PICTURES } from "../wizard/photos/slots";
import styles from "./contract.module.css";

interface Props {
  /** What is chosen, as it is read out; shown unless `short` is. */
  label: string;
  short?: string;
  several?: boolean;
  disabled?: boolean;
  onFiles: (files: readonly File[]) => void;
}

/** Chooses pictures. */
export function FileButton({ label, short, several = false, disabled = false, onFiles }: Props) {
  return (
    <span className={styles.file}>
      <Button aria-hidden tabIndex={-1} disabled={disabled}>
        {short ?? label}
      </Button>
      <input
        type="file"
        accept={PICTURES}
        multiple={several}
        disabled={disabled}
        className={styles.fileInput}
        aria-label={label}
        title={label}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          // The same file may be chosen again.
          event.target.value = "";
          if (files.length > 0) onFiles(files);
        }}
      />
    </span>
  );
}
