import { Alert, App, Button, Modal, Typography } from "antd";
import { useEffect, useRef, useState } from "react";

import type { SessionPhase, SlotRule } from "../../../ipc/bindings";
import { ErrorPanel } from "../../../shared/components/ErrorPanel";
import { useAddress } from "../../../shared/useAddress";
import { useFocusReturn } from "../../../shared/useFocusReturn";
import { useSession } from "../../queries";
import { fieldId } from "../draft/target";
import { slotPointer } from "../photos/slots";
import { useTexts } from "../texts";
import styles from "./camera.module.css";
import { CameraChoice } from "./CameraChoice";
import { frameOf, isTooCoarse, type Size } from "./frame";
import { useCamera } from "./useCamera";

interface Props {
  rule: SlotRule;
  name: string;
  onTake: (photo: File) => void;
  onClose: () => void;
}

const COVERED = new Set<SessionPhase | undefined>(["locked", "vault_needed", "handed_over"]);

/** What the camera sees, and the photo that was taken of it until it is used. The camera is on while this is open. */
export function CameraDialog({ rule, name, onTake, onClose }: Props) {
  const texts = useTexts().camera;
  const { message } = App.useApp();
  useFocusReturn(fieldId(slotPointer(rule.slot)));
  // Nobody is seen by it who has locked the window, or has it no more. A photo that was taken stays for whoever comes back.
  const { camera, deviceId, open } = useCamera(COVERED.has(useSession().data?.phase));
  const stream = camera.kind === "live" ? camera.stream : null;
  const video = useRef<HTMLVideoElement>(null);
  const [measured, setMeasured] = useState<{ stream: MediaStream; size: Size } | null>(null);
  const size = stream && measured?.stream === stream ? measured.size : null;
  const tooCoarse = size && isTooCoarse(size, rule) ? size : null;
  const [isTaking, setTaking] = useState(false);
  const [still, setStill] = useState<File | null>(null);
  const address = useAddress(still ?? undefined);
  const [taken, setTaken] = useState(0);

  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);

  // Some cameras start small and grow.
  const measure = () => {
    const { videoWidth: width = 0, videoHeight: height = 0 } = video.current ?? {};
    if (stream && width > 0) setMeasured({ stream, size: { width, height } });
  };
  const shoot = async () => {
    if (!video.current) return;
    setTaking(true);
    const photo = await frameOf(video.current, `camera-${String(taken + 1)}.jpg`).catch(() => null);
    setTaking(false);
    setStill(photo);
    if (!photo) void message.error(texts.failed);
  };
  const use = (photo: File) => {
    setStill(null);
    setTaken(taken + 1);
    onTake(photo);
  };

  const state = still
    ? texts.check
    : camera.kind === "opening"
      ? texts.opening
      : taken > 0
        ? texts.taken(taken)
        : !tooCoarse && texts.hint;
  return (
    <Modal
      open
      centered
      width={820}
      title={texts.title(name)}
      // A slip beside it must not throw the photo away.
      mask={{ closable: false }}
      onCancel={onClose}
      // What was pressed makes room for what comes next, which takes the keyboard over.
      footer={
        still
          ? [
              <Button key="again" onClick={() => setStill(null)}>
                {texts.again}
              </Button>,
              <Button key="use" type="primary" autoFocus onClick={() => use(still)}>
                {texts.use}
              </Button>,
            ]
          : [
              <Button key="close" onClick={onClose}>
                {texts.close}
              </Button>,
              camera.kind !== "failed" && !tooCoarse && (
                // Another button once the camera shows something: the keyboard comes to none that can't be pressed.
                <Button key={size ? "shoot" : "wait"} type="primary" autoFocus disabled={!size} loading={isTaking} onClick={() => void shoot()}>
                  {texts.shoot}
                </Button>
              ),
            ]
      }
    >
      <div className={styles.body}>
        <CameraChoice deviceId={deviceId} onChoose={open} />
        {camera.kind === "failed" && !still ? (
          <>
            <ErrorPanel message={texts.problems[camera.problem]} onRetry={() => open(deviceId)} />
            <Typography.Text type="secondary">{texts.otherWays}</Typography.Text>
          </>
        ) : (
          <>
            {tooCoarse && <Alert type="warning" showIcon title={texts.tooCoarse(tooCoarse.width, tooCoarse.height)} />}
            <div className={styles.stage}>
              <video
                ref={video}
                aria-label={texts.live(name)}
                aria-hidden={still !== null}
                playsInline
                muted
                autoPlay
                onLoadedMetadata={measure}
                onResize={measure}
              />
              {address && <img src={address} alt={texts.still(name)} />}
            </div>
            <div role="status">
              <Typography.Text>{state}</Typography.Text>
            </div>
          </>
        )}
      </div>
    </Modal>
  );
}
