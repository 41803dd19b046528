import { Alert, Button, Typography } from "antd";

import type { MeteredView } from "../../ipc/bindings";
import { useFormat } from "../../shared/i18n/format";
import { usePortalTexts } from "../texts";

interface Props {
  metered: MeteredView;
  busy: boolean;
  onSendAnyway: () => void;
}

/** How much of the day's budget is used; when photos wait for it, the way around it. */
export function Metered({ metered, busy, onSendAnyway }: Props) {
  const texts = usePortalTexts().sync;
  const format = useFormat();
  const [sent, limit] = [format.bytes(metered.sent_bytes), format.bytes(metered.limit_bytes)];
  if (!metered.used_up) return <Typography.Text type="secondary">{texts.metered(sent, limit)}</Typography.Text>;
  return (
    <Alert
      showIcon
      role="status"
      type="warning"
      title={texts.usedUp(sent, limit)}
      action={
        <Button disabled={busy} onClick={onSendAnyway}>
          {texts.sendAnyway}
        </Button>
      }
    />
  );
}
