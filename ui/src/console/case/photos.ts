import type { Attachment, Dossier, Profile, Slot } from "../../ipc/bindings";

export type PhotoChange = "same" | "added" | "replaced";

export interface ReviewPhoto {
  /** What a return names. */
  pointer: string;
  slot: Slot;
  /** From 0. */
  index: number;
  /** How many the slot has. */
  of: number;
  photo: Attachment;
  change: PhotoChange;
  /** What stood here in the last round, when it was another one. */
  before: Attachment | null;
}

/** The slot that a pointer into the photos names. */
export function slotOf(pointer: string): Slot | null {
  return (/^\/attachments\/([a-z_]+)/.exec(pointer)?.[1] as Slot | undefined) ?? null;
}

/** The photos in the order of the profile's slots, against those of the round before. */
export function photosOf(dossier: Dossier, previous: Dossier | null, profile: Profile): ReviewPhoto[] {
  const order = profile.slots.map((rule) => rule.slot);
  const others = (Object.keys(dossier.attachments) as Slot[]).filter((slot) => !order.includes(slot));
  return [...order, ...others].flatMap((slot) => {
    const photos = dossier.attachments[slot] ?? [];
    const old = previous?.attachments[slot] ?? [];
    return photos.map((photo, index): ReviewPhoto => {
      const stayed = previous === null || old.some(({ sha256 }) => sha256 === photo.sha256);
      const before = stayed ? null : (old[index] ?? null);
      const change = stayed ? "same" : before ? "replaced" : "added";
      return { pointer: `/attachments/${slot}/${String(index)}`, slot, index, of: photos.length, photo, change, before };
    });
  });
}

/** Slots whose photos all went since the last round. */
export function emptiedSlots(dossier: Dossier, previous: Dossier | null): Slot[] {
  const slots = Object.keys(previous?.attachments ?? {}) as Slot[];
  return slots.filter(
    (slot) => (previous?.attachments[slot]?.length ?? 0) > 0 && (dossier.attachments[slot]?.length ?? 0) === 0,
  );
}
