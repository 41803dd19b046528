import type { CaseView, Due, Profile, SlotRule } from "../../../ipc/bindings";

/** What file dialogs offer. HEIC and AVIF by their endings, too: not every system knows that they are pictures. */
export const PICTURES = "image/*,.heic,.heif,.avif";

export function slotPointer(slot: string): string {
  return `/attachments/${slot}`;
}

/**
 * The profile's slots as this case needs them. A slot whose need depends on an open choice is optional until then;
 * one that was put aside by an answer is shown only while it has photos.
 */
export function slotGroups(
  profile: Profile,
  view: CaseView,
): { now: SlotRule[]; later: SlotRule[]; optional: SlotRule[] } {
  const groups = { now: [] as SlotRule[], later: [] as SlotRule[], optional: [] as SlotRule[] };
  for (const rule of profile.slots) {
    const due = dueOf(view, rule);
    if (due === "now") groups.now.push(rule);
    else if (due === "later") groups.later.push(rule);
    else if (due === "blocked" || rule.needs.length === 0 || hasPhotos(view, rule)) groups.optional.push(rule);
  }
  return groups;
}

function dueOf(view: CaseView, rule: SlotRule): Due | undefined {
  return view.requirements.find((requirement) => requirement.pointer === slotPointer(rule.slot))?.due;
}

function hasPhotos(view: CaseView, rule: SlotRule): boolean {
  return (view.dossier.attachments[rule.slot]?.length ?? 0) > 0;
}
