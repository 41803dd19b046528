// The wizard's pages, in order, and the page on which a place of the document is filled in
// (portal-domain::step is the same table).

export const STEPS = [
  "kind_and_products",
  "business",
  "people",
  "premises",
  "settlement",
  "photos",
  "fees",
  "review",
] as const;

export type StepId = (typeof STEPS)[number];

const PART_STEPS: Record<string, StepId> = {
  kind: "kind_and_products",
  products: "kind_and_products",
  business: "business",
  licence: "business",
  legal_person: "people",
  beneficial_owners: "people",
  contact: "people",
  shop: "premises",
  settlement: "settlement",
  attachments: "photos",
  fees: "fees",
  terminals: "fees",
};

/** Consents, and what the document doesn't have, are on the last page. */
export function stepOf(pointer: string): StepId {
  return PART_STEPS[pointer.split("/")[1] ?? ""] ?? "review";
}

export function parseStep(text: string | null): StepId {
  return STEPS.find((step) => step === text) ?? "kind_and_products";
}
