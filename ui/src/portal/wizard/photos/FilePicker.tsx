import { PlusOutlined } from "@ant-design/icons";
import { theme, Typography } from "antd";

import type { SlotRule } from "../../../ipc/bindings";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";
import { PICTURES } from "./slots";

interface Props {
  rule: SlotRule;
  /** The slot's name. */
  name: string;
  isFirst: boolean;
  onPick: (files: readonly File[]) => void;
}

/** The file input itself lies over its picture, so that keyboard, screen readers and drivers find the real one. */
export function FilePicker({ rule, name, isFirst, onPick }: Props) {
  const texts = useTexts();
  const { token } = theme.useToken();
  return (
    <div className={isFirst ? styles.pick : styles.pickMore} style={{ borderColor: token.colorBorder }}>
      <PlusOutlined aria-hidden />
      <span aria-hidden>
        {isFirst && <Typography.Text type="secondary">{texts.photos.drop} </Typography.Text>}
        <Typography.Text style={{ color: token.colorLink }}>
          {isFirst ? texts.photos.pick : texts.photos.more}
        </Typography.Text>
      </span>
      <input
        type="file"
        accept={PICTURES}
        multiple={rule.max_count > 1}
        className={styles.fileInput}
        aria-label={texts.photos.choose(name)}
        data-slot={rule.slot}
        // Without one of its own an engine's tooltip says that no file is chosen.
        title={texts.photos.choose(name)}
        onChange={(event) => {
          onPick([...(event.target.files ?? [])]);
          // The same file may be chosen again after it was removed.
          event.target.value = "";
        }}
      />
    </div>
  );
}
