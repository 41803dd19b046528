// The key from the QR code, and sealing with it. The page comes over plain HTTP, where browsers have no cryptography of
// their own.

import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";

const KEY_BYTES = 32;
const PHONE_BYTES = 16;
const NONCE_BYTES = 24;

export interface Pass {
  key: Uint8Array;
  /** Which phone this is: a code is good for one. */
  phone: Uint8Array;
}

/**
 * Reads the key behind the `#`. The phone's number is put beside it, so that the page stays the same phone when it is
 * loaded again: a phone short of memory does that after every photo.
 */
export function readPass(place: Location, history: History): Pass | null {
  const [key, phone] = place.hash.slice(1).split(".").map(fromBase64);
  if (key?.length !== KEY_BYTES) return null;
  if (phone?.length === PHONE_BYTES) return { key, phone };
  const drawn = crypto.getRandomValues(new Uint8Array(PHONE_BYTES));
  history.replaceState(null, "", `#${place.hash.slice(1).split(".")[0] ?? ""}.${toBase64(drawn)}`);
  return { key, phone: drawn };
}

/** What only the computer can open, and only as what is asked for by `action`. */
export function seal({ key, phone }: Pass, action: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const hidden = xchacha20poly1305(key, nonce, new TextEncoder().encode(action)).encrypt(joined(phone, bytes));
  return joined(nonce, hidden);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
