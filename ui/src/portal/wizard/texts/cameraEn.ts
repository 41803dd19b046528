import type { cameraZh } from "./cameraZh";

export const cameraEn: typeof cameraZh = {
  take: "Take with the camera",
  takeOf: (slot) => `Take with the camera: ${slot}`,
  title: (slot) => `Take with the camera: ${slot}`,
  live: (slot) => `What the camera sees: ${slot}`,
  still: (slot) => `The photo just taken: ${slot}`,
  opening: "Opening the camera…",
  hint: "Fill the frame, and take it when the picture is sharp and nothing glares",
  check: "Use it if every word can be read, or take it again",
  taken: (n) =>
    `${n === 1 ? "1 photo" : `${String(n)} photos`} taken, and there is room for more. Close this to see how they were judged`,
  camera: "Camera",
  cameraOf: (n) => `Camera ${String(n)}`,
  shoot: "Take photo",
  use: "Use this photo",
  again: "Take again",
  close: "Done",
  tooCoarse: (width, height) =>
    `This camera is too coarse, please use a phone: its picture has only ${String(width)} × ${String(height)} pixels, and words couldn't be read`,
  failed: "The photo didn't come out. Take it again",
  problems: {
    denied: "Zhanggui may not use the camera. Allow it in the privacy settings of the system, then try again",
    absent: "No camera is found. See that it is plugged in and its shutter is open, then try again",
    busy: "Another program uses the camera. Close video calls and the like, then try again",
    other: "The camera can't be opened. Plug it in anew or use another one, then try again",
  },
  otherWays: "A phone or a file works as well.",
};
