import { App, Button, Modal, Typography } from "antd";
import { useEffect, useState } from "react";

import { commands, type SafetyView } from "../../ipc/bindings";
import { onCloseRequested } from "../../ipc/events";
import { useErrorMessage } from "../errors";
import { usePortalTexts } from "../texts";

/** Asks before the window closes while anything exists only on this computer. */
export function ExitGuard({ covered }: { covered: boolean }) {
  const texts = usePortalTexts().quit;
  const { message } = App.useApp();
  const errorMessage = useErrorMessage();
  const [safety, setSafety] = useState<SafetyView | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => onCloseRequested(setSafety), []);

  const stay = () => setSafety(null);
  const quit = () => {
    setBusy(true);
    commands.appQuit(new Uint8Array(), { confirmed: "true" }).catch((thrown: unknown) => {
      setBusy(false);
      void message.error(errorMessage(thrown));
    });
  };
  return (
    <Modal
      open={safety !== null}
      title={texts.title}
      onCancel={stay}
      footer={[
        <Button key="quit" danger loading={busy} onClick={quit}>
          {texts.quit}
        </Button>,
        !covered && (
          <Button
            key="sync"
            onClick={() => {
              stay();
              window.location.hash = "/sync";
            }}
          >
            {texts.sync}
          </Button>
        ),
        <Button key="stay" type="primary" autoFocus onClick={stay}>
          {texts.stay}
        </Button>,
      ]}
    >
      {safety && (
        <>
          <Typography.Paragraph strong>{texts.body(safety.cases_only_here, safety.oldest_days)}</Typography.Paragraph>
          {safety.pending > 0 && <Typography.Paragraph>{texts.pending(safety.pending)}</Typography.Paragraph>}
          <Typography.Text type="secondary">{texts.kept}</Typography.Text>
        </>
      )}
    </Modal>
  );
}
