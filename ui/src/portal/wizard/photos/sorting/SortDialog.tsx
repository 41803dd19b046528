import { Button, Modal, Progress, Typography } from "antd";
import { useSyncExternalStore } from "react";

import { useScannerView } from "../../../queries";
import { useWizard } from "../../draft/context";
import { useTexts } from "../../texts";
import { ScannerStatus } from "./ScannerStatus";
import styles from "./sorting.module.css";
import { SortLine } from "./SortLine";
import { useSorting } from "./useSorting";

/** Every picture that was handed over with its slot: nothing is stored before it is confirmed here. */
export function SortDialog() {
  const texts = useTexts().sorting;
  const { uploads } = useWizard();
  const sorting = useSorting();
  const scanner = useScannerView(false).data;
  const items = useSyncExternalStore(sorting.subscribe, sorting.items);
  const done = items.filter(({ state }) => state.kind === "sorted" || state.kind === "failed").length;
  const placed = items.filter(({ slot }) => slot !== null).length;
  const isWorking = done < items.length;
  return (
    <Modal
      open={items.length > 0}
      centered
      width={820}
      title={texts.title(items.length)}
      // A slip beside it must not throw the sorting away.
      mask={{ closable: false }}
      destroyOnHidden
      onCancel={() => {
        sorting.clear();
      }}
      footer={[
        <Typography.Text key="left" type="secondary" className={styles.left}>
          {isWorking ? texts.progress(done, items.length) : placed < items.length && texts.left(items.length - placed)}
        </Typography.Text>,
        <Button key="cancel" onClick={() => sorting.clear()}>
          {texts.cancel}
        </Button>,
        <Button
          key="confirm"
          type="primary"
          disabled={isWorking || placed === 0}
          onClick={() => {
            for (const { slot, source } of sorting.confirm()) uploads.add(slot, [source]);
          }}
        >
          {texts.confirm(placed)}
        </Button>,
      ]}
    >
      {isWorking && (
        <Progress
          percent={Math.round((100 * done) / items.length)}
          size="small"
          showInfo={false}
          aria-label={texts.progress(done, items.length)}
        />
      )}
      <ul className={styles.list} aria-label={texts.title(items.length)}>
        {items.map((item) => (
          <SortLine key={item.id} item={item} all={items} />
        ))}
      </ul>
      {scanner && <ScannerStatus view={scanner} />}
    </Modal>
  );
}
