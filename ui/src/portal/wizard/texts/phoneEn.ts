import type { phoneZh } from "./phoneZh";

export const phoneEn: typeof phoneZh = {
  take: "Take with a phone",
  takeOf: (slot) => `Take with a phone: ${slot}`,
  title: (slot) => `Take with a phone: ${slot}`,
  code: (slot) => `QR code: take ${slot} with a phone`,
  steps: [
    "Phone and computer in the same Wi-Fi, or the computer on the phone's hotspot. No internet is needed.",
    "Scan the code with the phone's camera or browser: a page for photos opens.",
    "Photos land here. The phone shows whether they are clear, so you can retake on the spot, and take several in a row.",
  ],
  waiting: "Waiting for a phone to scan",
  connected: "A phone is connected: waiting for photos",
  received: (n) => (n === 1 ? "1 photo received" : `${String(n)} photos received`),
  receivedList: "Photos from the phone",
  closes: (time) => `Closes at ${time} if no photo comes before`,
  address: "Network by which the phone reaches this computer",
  addressOf: (network, address) => `${network} · ${address}`,
  renew: "New code",
  close: "Done",
  ended: "No longer waiting for a phone. The photos that came are in place.",
  again: "Open again",
  trouble: "The phone can't open the page?",
  helpSteps: (port) => [
    "See that the phone isn't using mobile data and is in the computer's Wi-Fi. Some guest networks keep devices apart: connect the computer to the phone's hotspot instead, then press New code.",
    "If the computer is in several networks, try another one.",
    `If the firewall asks, let Zhanggui use private networks. On a managed computer, allow TCP port ${String(port)} from the local network.`,
    "If nothing helps, copy the photos by cable and drop them here.",
  ],
  safety:
    "Photos go encrypted to this computer only, and a code is good for one phone. The page itself is not encrypted: whoever can alter traffic in this network could replace it. Use your own Wi-Fi or hotspot, never a public one.",
};
