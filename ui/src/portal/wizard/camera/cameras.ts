// The computer's cameras: one look for all slots of the page, and another when a camera comes or goes.

import { useSyncExternalStore } from "react";

let cameras: readonly MediaDeviceInfo[] = [];
const listeners = new Set<() => void>();

/** Not every engine has it. */
const media = () => navigator.mediaDevices as MediaDevices | undefined;

export async function lookForCameras(): Promise<void> {
  const devices = await media()?.enumerateDevices().catch(() => []);
  cameras = devices?.filter(({ kind }) => kind === "videoinput") ?? [];
  for (const listener of listeners) listener();
}

const look = () => void lookForCameras();

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    media()?.addEventListener("devicechange", look);
    look();
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) media()?.removeEventListener("devicechange", look);
  };
}

export function useHasCamera(): boolean {
  return useSyncExternalStore(subscribe, () => cameras.length > 0);
}

/** Before one of them was opened, engines tell neither their names nor how many there are. */
export function useCameras(): readonly MediaDeviceInfo[] {
  return useSyncExternalStore(subscribe, () => cameras);
}
