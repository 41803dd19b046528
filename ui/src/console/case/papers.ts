// Which photo proves a field.

import type { Slot } from "../../ipc/bindings";

const BANK: readonly Slot[] = ["bank_card_front", "account_permit", "bank_card_back"];

/** Most particular place first. */
const PROOFS: readonly (readonly [place: RegExp, slots: readonly Slot[]])[] = [
  [/^\/licence\/tax_registration_number/, ["tax_registration", "business_licence"]],
  [/^\/licence\/organisation_code/, ["organisation_code_certificate", "business_licence"]],
  [/^\/business\/mcc/, ["business_licence", "special_qualification", "storefront"]],
  [/^\/(business|licence)\//, ["business_licence"]],
  [/^\/legal_person\/id_valid/, ["legal_id_emblem", "legal_id_portrait"]],
  [/^\/legal_person\//, ["legal_id_portrait", "legal_id_emblem", "holding_id"]],
  [/^\/shop\/(name|mobile_trade)/, ["storefront", "interior", "cashier_desk"]],
  [/^\/shop\//, ["lease", "storefront"]],
  [/^\/settlement\/settler_person\/id_valid/, ["settler_id_emblem", "settler_id_portrait"]],
  [/^\/settlement\/settler_person\//, ["settler_id_portrait", "settler_id_emblem"]],
  [/^\/settlement\/settler$/, ["settlement_auth_letter", ...BANK]],
  [/^\/settlement\//, BANK],
  [/^\/(fees|terminals)/, ["paper_contract"]],
];

/** The photos to hold the field against, best first. */
export function proofsOf(pointer: string): readonly Slot[] {
  return PROOFS.find(([place]) => place.test(pointer))?.[1] ?? [];
}
