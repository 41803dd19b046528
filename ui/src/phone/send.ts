// Asks the computer, which answers with JSON or refuses by a status.

import type { PhoneAnswer } from "../ipc/bindings";
import { type Pass, seal } from "./pass";
import type { FailureCode } from "./texts/zh";

/** Longest wait for an answer, in milliseconds. */
const TIMEOUT_MS = 120_000;

/** No answer, and what is known of why. */
export class Unanswered extends Error {
  readonly failure: FailureCode;

  constructor(failure: FailureCode) {
    super(failure);
    this.name = "Unanswered";
    this.failure = failure;
  }
}

/** Seals and sends. Rejects with `Unanswered`. */
export function send(
  pass: Pass,
  action: string,
  bytes: Uint8Array,
  onProgress: (sent: number) => void = () => undefined,
): Promise<PhoneAnswer> {
  return new Promise((resolve, reject) => {
    // `fetch` doesn't tell how much has been sent.
    const request = new XMLHttpRequest();
    request.open("POST", action);
    request.timeout = TIMEOUT_MS;
    request.setRequestHeader("content-type", "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = request.ontimeout = () => reject(new Unanswered("unreachable"));
    request.onload = () => {
      if (request.status === 200) resolve(JSON.parse(request.responseText) as PhoneAnswer);
      else reject(new Unanswered(failureOf(request.status)));
    };
    request.send(seal(pass, action, bytes));
  });
}

function failureOf(status: number): FailureCode {
  switch (status) {
    case 409:
      return "other_phone";
    case 413:
      return "too_large";
    case 408:
    case 503:
      return "busy";
    default:
      return "closed";
  }
}
