import { useEffect, useState } from "react";

import { lookForCameras, useCameras } from "./cameras";

export type CameraProblem = "denied" | "absent" | "busy" | "other";

export type Camera =
  | { kind: "opening" }
  | { kind: "live"; stream: MediaStream }
  | { kind: "failed"; problem: CameraProblem };

const OPENING: Camera = { kind: "opening" };
/** As large as it can: a camera that has less gives its most. */
const LARGEST = { width: { ideal: 3840 }, height: { ideal: 2160 } };

interface Choice {
  /** None: the one that looks away from the user, if there is one. */
  deviceId: string | null;
}

/** A camera that is on for as long as the component is there and not `covered`. `open` changes to another, or tries the same again. */
export function useCamera(covered: boolean): { camera: Camera; deviceId: string | null; open: (deviceId: string | null) => void } {
  const cameras = useCameras();
  const [choice, setChoice] = useState<Choice>({ deviceId: null });
  const [known, setKnown] = useState<{ choice: Choice; camera: Camera } | null>(null);

  useEffect(() => {
    if (covered) return;
    let isOver = false;
    let opened: MediaStream | null = null;
    const tell = (camera: Camera) => {
      if (!isOver) setKnown({ choice, camera });
    };
    navigator.mediaDevices.getUserMedia(wish(choice)).then(
      (stream) => {
        if (isOver) {
          stop(stream);
          return;
        }
        opened = stream;
        // Pulled out. Stopping it ourselves doesn't say so.
        for (const track of stream.getTracks()) {
          track.addEventListener("ended", () => tell({ kind: "failed", problem: "absent" }));
        }
        tell({ kind: "live", stream });
        void lookForCameras();
      },
      (reason: unknown) => tell({ kind: "failed", problem: problemOf(reason) }),
    );
    return () => {
      isOver = true;
      if (opened) stop(opened);
      setKnown(null);
    };
  }, [choice, covered]);

  const camera = known?.choice === choice ? known.camera : OPENING;
  return {
    camera,
    deviceId: choice.deviceId ?? (camera.kind === "live" ? idOf(camera.stream) : null),
    // One that was pulled out can't be asked for any more.
    open: (deviceId) => setChoice({ deviceId: cameras.some((each) => each.deviceId === deviceId) ? deviceId : null }),
  };
}

function wish({ deviceId }: Choice): MediaStreamConstraints {
  const which = deviceId === null ? { facingMode: "environment" } : { deviceId: { exact: deviceId } };
  return { video: { ...which, ...LARGEST }, audio: false };
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function idOf(stream: MediaStream): string | null {
  return stream.getVideoTracks()[0]?.getSettings().deviceId ?? null;
}

function problemOf(reason: unknown): CameraProblem {
  switch (reason instanceof DOMException ? reason.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
      return "absent";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "other";
  }
}
