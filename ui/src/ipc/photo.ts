import type { PhotoId } from "./bindings";

/** Longest side wanted, in pixels, or the photo as it is sent. */
export type PhotoSide = number | "full";

/** Of a photo in its slot. */
export const TILE_SIDE = 320;

/** Address of a photo for `<img src>`: the shell decrypts it, nothing caches it. */
export function photoAddress(photoId: PhotoId, side: PhotoSide = 240): string {
  // WebView2 has no schemes of its own: there the shell answers for a host name.
  const origin = navigator.userAgent.includes("Windows") ? "http://portal-photo.localhost" : "portal-photo://localhost";
  return `${origin}/${encodeURIComponent(photoId)}?side=${side}`;
}
