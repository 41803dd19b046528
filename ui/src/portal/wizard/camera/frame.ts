import type { SlotRule } from "../../../ipc/bindings";

export interface Size {
  width: number;
  height: number;
}

/** Below, words of a paper that fills the frame can't be read, whatever the slot takes. */
const LEAST_LONG_PX = 800;
const LEAST_SHORT_PX = 600;

export function isTooCoarse({ width, height }: Size, rule: SlotRule): boolean {
  const short = Math.min(width, height);
  return Math.max(width, height) < LEAST_LONG_PX || short < Math.max(LEAST_SHORT_PX, rule.min_short_side_px);
}

/** What the camera shows now, in its full size, as `name`; null where the engine can't make a picture of it. */
export async function frameOf(video: HTMLVideoElement, name: string): Promise<File | null> {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.drawImage(video, 0, 0);
  const picture = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
  return picture && new File([picture], name, { type: "image/jpeg" });
}
