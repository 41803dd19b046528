import { en as shared } from "../../shared/texts/en";
import { verdictEn } from "../../shared/texts/verdictsEn";
import type { PhoneTexts } from "./zh";

export const en: PhoneTexts = {
  title: (slot) => `Take: ${slot}`,
  product: shared.product,
  connecting: "Connecting to the computer…",
  take: "Take a photo",
  takeMore: "Take another",
  pick: "Choose from the album",
  room: (n) => `${String(n)} more can be added`,
  leftOut: (n) => (n === 1 ? "There was no room for 1 of the photos chosen." : `There was no room for ${String(n)} of the photos chosen.`),
  full: "That is enough. Retake what you don't like",
  photo: (n) => `Photo ${String(n)}`,
  waiting: "Waiting to be sent",
  sending: (percent) => `Sending ${String(percent)}%`,
  checking: "The computer is checking…",
  good: "Clear, and on the computer",
  kept: "On the computer, but better taken again",
  notKept: "Not on the computer",
  retakeOf: (n) => `Retake photo ${String(n)}`,
  retry: "Send again",
  retryOf: (n) => `Send photo ${String(n)} again`,
  done: "Done",
  finished: (n) =>
    n === 0
      ? "Finished. No photo is on the computer. You may close this page."
      : `Finished. You may close this page: ${n === 1 ? "1 photo is" : `${String(n)} photos are`} on the computer.`,
  sealed:
    "Photos are encrypted and go straight to the computer beside you, not through the internet. Scan only the code on your own computer.",
  failures: {
    no_key: "The link is not whole. Scan the code on the computer's screen again.",
    unreachable:
      "The computer can't be reached. Check that phone and computer are in the same Wi-Fi and that the code is still shown, then try again.",
    closed: "The computer waits for photos no longer. Open “Take with a phone” on the computer again and scan the new code.",
    other_phone: "Another phone uses this code. Ask for a new code on the computer and scan that one.",
    too_large: "The file is too large for the computer.",
    busy: "The computer is busy. Wait a moment and send it again.",
  },
  errors: shared.errors,
  verdict: verdictEn,
  ofText: (text) => text.en,
};
