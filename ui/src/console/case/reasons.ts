// Reasons that fit a photo and reasons that fit data (portal-domain::review::ReturnReason).

import type { ReturnReason } from "../../ipc/bindings";
import { slotOf } from "./photos";

type Fits = "photo" | "data" | "both";

const FITS: Record<ReturnReason, Fits> = {
  not_readable: "photo",
  blurred: "photo",
  glare: "photo",
  cropped: "photo",
  screenshot: "photo",
  copy: "photo",
  edited: "photo",
  wrong_document: "photo",
  missing_side: "photo",
  name_not_visible: "photo",
  differs_from_document: "data",
  name_mismatch: "data",
  category_mismatch: "data",
  address_incomplete: "data",
  account_mismatch: "data",
  phone_unreachable: "data",
  sensitive_word: "data",
  expired: "both",
  expires_soon: "both",
  incomplete: "both",
  other: "both",
};

/** What a photo that isn't there can be asked for with. */
const FOR_MISSING: readonly ReturnReason[] = ["incomplete", "missing_side", "other"];

/** The reasons to choose from; `present`: whether the photo is there. */
export function reasonsFor(pointer: string, present: boolean): readonly ReturnReason[] {
  const isPhoto = slotOf(pointer) !== null;
  if (isPhoto && !present) return FOR_MISSING;
  const all = Object.entries(FITS) as [ReturnReason, Fits][];
  return all.filter(([, fits]) => fits === "both" || fits === (isPhoto ? "photo" : "data")).map(([reason]) => reason);
}
