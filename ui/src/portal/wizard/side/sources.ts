import type { Slot } from "../../../ipc/bindings";
import type { StepId } from "../steps";

const SOURCES: Record<StepId, readonly Slot[]> = {
  kind_and_products: [],
  business: ["business_licence", "tax_registration", "organisation_code_certificate"],
  people: ["legal_id_portrait", "legal_id_emblem"],
  premises: ["storefront", "lease"],
  settlement: ["bank_card_front", "account_permit", "settler_id_portrait", "settler_id_emblem"],
  photos: [],
  fees: [],
  review: [],
};

/** The papers that a step's fields are copied from. */
export function sourceSlots(step: StepId): readonly Slot[] {
  return SOURCES[step];
}
