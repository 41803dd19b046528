import { Button, Modal } from "antd";
import { lazy, Suspense, useState } from "react";

import { DelayedSkeleton } from "../../shared/components/Delayed";
import { usePortalTexts } from "../texts";

// Not part of what the first screen loads: it is opened when something is wrong.
const Selfcheck = lazy(async () => ({ default: (await import("../settings/Selfcheck")).Selfcheck }));

/** The self-check for whoever can't reach the settings yet. */
export function SelfcheckButton() {
  const texts = usePortalTexts().session;
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button type="link" onClick={() => setOpen(true)}>
        {texts.selfcheck}
      </Button>
      <Modal open={open} title={texts.selfcheck} footer={null} width={560} destroyOnHidden onCancel={() => setOpen(false)}>
        <Suspense fallback={<DelayedSkeleton />}>
          <Selfcheck helps={false} />
        </Suspense>
      </Modal>
    </>
  );
}
