// A case as the shell answers it, and the profile that ships, for tests.

import type { CaseView, Dossier, Person, Problem, Profile, Requirement, Track, TrackProgress } from "../../../ipc/bindings";
import file from "../../../../../crates/portal-domain/data/profiles/lakala-2026.1.json";

const ANY = {
  kind: null,
  product: null,
  account: null,
  settler: null,
  separate_certificates: null,
  mobile_trade: null,
  shop_same_as_registered: null,
  account_to_be_opened: null,
  mcc: null,
};

/** The profile file with the defaults that the shell fills in. */
export const profile = withDefaults(file) as unknown as Profile;

function withDefaults(json: typeof file) {
  const needs = (list: readonly object[] = []) =>
    list.map((need) => ({ later: false, ...need, when: { ...ANY, ...("when" in need ? (need.when as object) : {}) } }));
  return {
    ...json,
    fields: json.fields.map((rule) => ({ max_chars: null, min_chars: null, options: [], ...rule, needs: needs(rule.needs) })),
    slots: json.slots.map((rule) => ({ ...rule, needs: needs("needs" in rule ? rule.needs : []) })),
    fees: json.fees.map((rule) => ({ min_cap_fen: null, default_cap_fen: null, ...rule })),
    consents: json.consents.map((rule) => ({ ...rule, when: ANY })),
  };
}

export function emptyDossier(): Dossier {
  const person: Person = {
    name: "",
    id_kind: "resident_id",
    id_number: "",
    id_valid_from: "",
    id_valid_until: "",
    mobile: "",
  };
  return {
    kind: "sole_proprietor",
    products: ["qr_plate"],
    business: {
      registered_name: "",
      trade_name: "",
      division: "",
      address: "",
      mcc: "",
      content: "",
      service_phone: "",
      email: "",
    },
    licence: {
      separate_certificates: false,
      name: "",
      number: "",
      tax_registration_number: "",
      organisation_code: "",
      valid_from: "",
      valid_until: "",
      scope: "",
    },
    legal_person: person,
    contact: { name: "", mobile: "" },
    beneficial_owners: [],
    shop: {
      same_as_registered: true,
      name: "",
      division: "",
      address: "",
      contact_name: "",
      contact_mobile: "",
      mobile_trade: false,
    },
    settlement: {
      kind: null,
      to_be_opened: false,
      holder: "",
      number: "",
      bank_name: "",
      branch_name: "",
      branch_code: "",
      period: "",
      settler: "legal_person",
      settler_person: person,
    },
    fees: [],
    terminals: { count: null },
    consents: [],
    overrides: [],
    attachments: {},
  };
}

export function caseView(changes: Partial<CaseView> = {}): CaseView {
  return {
    case_id: "case-1",
    status: "draft",
    tracks: {
      review: "not_submitted",
      verification: "waiting",
      contract: "waiting",
      settlement: "waiting",
      channel_registration: "waiting",
      terminals: "waiting",
      training: "waiting",
      activation: "waiting",
    },
    progress: [],
    revision: 1,
    saved_at_ms: 1_767_225_600_000,
    created_at_ms: 1_767_225_600_000,
    dossier: emptyDossier(),
    problems: [],
    requirements: [],
    photos: [],
    suggestions: [],
    may_override: false,
    editing: { mode: "everything" },
    rounds: [],
    returned: [],
    timeline: [],
    documents: ["checklist"],
    local_receipt: null,
    receipt_number: null,
    notice_number: null,
    duplicates: [],
    outbox: null,
    ...changes,
  };
}

/** An accepted case whose verification failed and whose contract is in effect. */
export function progress(): TrackProgress[] {
  const line = (track: Track, state: TrackProgress["state"], waits_for: Track[] = []) => ({ track, state, waits_for });
  return [
    line("review", "done"),
    line("contract", "done"),
    line("verification", "failed"),
    line("settlement", "open"),
    line("channel_registration", "open"),
    line("terminals", "waiting", ["verification"]),
    line("training", "waiting", ["terminals"]),
    line("activation", "waiting", ["verification", "settlement", "channel_registration", "terminals", "training"]),
  ];
}

export function needed(pointer: string, met = false): Requirement {
  return { pointer, due: "now", reason: "always", met, blocked_by: null };
}

export function missing(pointer: string): Problem {
  return { pointer, code: "required", severity: "blocking", params: {} };
}
