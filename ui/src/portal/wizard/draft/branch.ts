// Which parts of the form are asked for as answered so far. Nothing is decided here: the requirements come from the
// rules, and what has no requirement of its own follows the part it belongs to.

import type { AccountRule, Dossier, FieldRule, MerchantKind, Need, Profile, Requirement } from "../../../ipc/bindings";
import { generalPointer, isWithin } from "./pointer";

/** Whether something at or below `base` is asked for, now, later, or once a choice is made. */
export function isAsked(requirements: readonly Requirement[], base: string): boolean {
  return requirements.some((requirement) => isWithin(requirement.pointer, base));
}

/** Whether the profile asks merchants of this kind for the list's entries; unknown kinds see everything. */
export function hasList(profile: Profile, list: string, kind: MerchantKind | null): boolean {
  return profile.fields.some(
    (rule) => isWithin(rule.pointer, `${list}/0`) && rule.needs.some((need) => fitsKind(need, kind)),
  );
}

function fitsKind(need: Need, kind: MerchantKind | null): boolean {
  return kind === null || need.when.kind === null || need.when.kind.includes(kind);
}

/** Which accounts the merchant may have; all of them while the kind is open. */
export function accountRule(profile: Profile, kind: MerchantKind | null): AccountRule | undefined {
  return profile.accounts.find((rule) => rule.kind === kind);
}

/** Length limit of the field, in characters. */
export function maxChars(profile: Profile, pointer: string): number | null {
  return fieldRule(profile, pointer)?.max_chars ?? null;
}

export function fieldRule(profile: Profile, pointer: string): FieldRule | undefined {
  return profile.fields.find((rule) => rule.pointer === generalPointer(pointer));
}

/** Services whose fee must be agreed for the chosen products, in profile order. */
export function feeRules(profile: Profile, dossier: Dossier): Profile["fees"] {
  const wanted = new Set(
    profile.products.filter((rule) => dossier.products.includes(rule.product)).flatMap((rule) => rule.fees),
  );
  return profile.fees.filter((rule) => wanted.has(rule.service));
}
