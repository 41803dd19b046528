import { Button, Progress, Typography } from "antd";
import { useState } from "react";

import { photoAddress, TILE_SIDE } from "../../../ipc/photo";
import { useWizard } from "../draft/context";
import { useFormat } from "../../../shared/i18n/format";
import { useTexts } from "../texts";
import { useErrorMessage } from "../../errors";
import styles from "../wizard.module.css";
import type { Upload } from "./uploads";

/** The photo itself, small, as soon as it has pixels. */
function Coming({ state }: { state: Upload["state"] }) {
  const [hasFailed, setFailed] = useState(false);
  if (hasFailed || (state.kind !== "working" && state.kind !== "stopping")) return null;
  // Why there is no picture is told when the work has ended. The tile that takes this place shows the same address.
  return (
    <span className={styles.coming}>
      <img
        src={photoAddress(state.as, TILE_SIDE)}
        alt=""
        className={styles.thumb}
        draggable={false}
        onError={() => {
          setFailed(true);
        }}
      />
    </span>
  );
}

/** A photo on its way into its slot, or why it didn't get there. */
export function UploadLine({ upload }: { upload: Upload }) {
  const texts = useTexts();
  const errorText = useErrorMessage();
  const format = useFormat();
  const { uploads } = useWizard();
  const { state } = upload;
  if (state.kind !== "failed") {
    const text = state.kind === "waiting" ? texts.photos.waiting(upload.name) : texts.photos.working(upload.name);
    return (
      <div role="status" className={styles.upload}>
        <Coming state={state} />
        <Typography.Text type="secondary" ellipsis={{ tooltip: upload.name }}>
          {texts.aside(text, format.bytes(upload.bytes))}
        </Typography.Text>
        <Progress percent={state.kind === "waiting" ? 0 : 100} status="active" showInfo={false} size="small" aria-label={text} />
        <span className={styles.uploadActions}>
          <Button
            size="small"
            aria-label={texts.photos.cancelOf(upload.name)}
            loading={state.kind === "stopping"}
            onClick={() => {
              uploads.cancel(upload.id);
            }}
          >
            {texts.photos.cancel}
          </Button>
        </span>
      </div>
    );
  }
  return (
    <div role="alert" className={styles.upload}>
      <Typography.Text type="danger">
        {texts.pair(upload.name, errorText(state.error))}
      </Typography.Text>
      <span className={styles.uploadActions}>
        {state.error.retryable && (
          <Button
            size="small"
            aria-label={texts.photos.retryOf(upload.name)}
            onClick={() => {
              uploads.retry(upload.id);
            }}
          >
            {texts.photos.retry}
          </Button>
        )}
        <Button
          size="small"
          aria-label={texts.photos.dismissOf(upload.name)}
          onClick={() => {
            uploads.dismiss(upload.id);
          }}
        >
          {texts.photos.dismiss}
        </Button>
      </span>
    </div>
  );
}
