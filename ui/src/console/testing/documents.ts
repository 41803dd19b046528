// An invented case in its second round.

import lakala from "../../../../crates/portal-domain/data/profiles/lakala-2026.1.json";
import type { Attachment, Dossier, Person, Profile, Slot, StepState, Track, TrackProgress, Tracks, When } from "../../ipc/bindings";
import type { CaseView, Round } from "../apiTypes";
import { cardNumber, creditCode, residentId } from "./numbers";

export const CASE_ID = "0192f0c1-7a30-7c11-8a11-5d1f6f2e0001";
/** 2026-03-02 09:30 in China. */
export const SUBMITTED_MS = Date.UTC(2026, 2, 2, 1, 30);
const HOUR_MS = 3_600_000;

const ALWAYS: When = {
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

/** The profile as the backend gives it: with every member. */
export const PROFILE = withEveryMember(lakala) as Profile;

function withEveryMember(file: typeof lakala): unknown {
  const needs = (list: readonly object[] | undefined) =>
    (list ?? []).map((need) => ({ later: false, ...need, when: { ...ALWAYS, ...("when" in need ? (need.when as object) : {}) } }));
  return {
    ...file,
    fields: file.fields.map((field) => ({ forbidden: [], options: [], ...field, needs: needs("needs" in field ? field.needs : []) })),
    slots: file.slots.map((slot) => ({ ...slot, needs: needs("needs" in slot ? slot.needs : []) })),
  };
}

function person(name: string, id_number: string, mobile: string): Person {
  return { name, id_kind: "resident_id", id_number, id_valid_from: "2019-05-06", id_valid_until: "2039-05-06", mobile };
}

export function attachment(sign: string): Attachment {
  return {
    photo_id: `photo-${sign}`,
    sha256: sign.repeat(64).slice(0, 64),
    size_bytes: 412_300,
    media_type: "image/jpeg",
    width_px: 1600,
    height_px: 1200,
    original_sha256: sign.repeat(64).slice(0, 64),
    original_bytes: 2_812_300,
    steps: [],
    verdicts: [],
    added_at_ms: SUBMITTED_MS - HOUR_MS,
  };
}

const PHOTOS: [Slot, string[]][] = [
  ["business_licence", ["a"]],
  ["legal_id_portrait", ["b"]],
  ["legal_id_emblem", ["c"]],
  ["bank_card_front", ["d"]],
  ["storefront", ["e", "f"]],
  ["interior", ["1"]],
];

export function dossier(): Dossier {
  const empty = { name: "", id_kind: "resident_id", id_number: "", id_valid_from: "", id_valid_until: "", mobile: "" } as const;
  return {
    kind: "sole_proprietor",
    products: ["smart_pos", "qr_plate"],
    business: {
      registered_name: "杭州西湖区禾田面馆",
      trade_name: "禾田面馆",
      division: "330106",
      address: "文三路128号1层",
      mcc: "5812",
      content: "640",
      service_phone: "0571-88001234",
      email: "",
    },
    licence: {
      separate_certificates: false,
      name: "杭州西湖区禾田面馆",
      number: creditCode("92330106MA2B0K3L7"),
      tax_registration_number: "",
      organisation_code: "",
      valid_from: "2020-06-01",
      valid_until: "long_term",
      scope: "餐饮服务；食品销售",
    },
    legal_person: person("林小禾", residentId("330106", "19880214", "212"), "13800000012"),
    contact: { name: "林小禾", mobile: "13800000012" },
    beneficial_owners: [],
    shop: {
      same_as_registered: true,
      name: "禾田面馆",
      division: "",
      address: "",
      contact_name: "林小禾",
      contact_mobile: "13800000012",
      mobile_trade: false,
    },
    settlement: {
      kind: "private",
      to_be_opened: false,
      holder: "林小禾",
      number: cardNumber("621700154000012345"),
      bank_name: "中国建设银行",
      branch_name: "杭州文三路支行",
      branch_code: "",
      period: "D+1",
      settler: "legal_person",
      settler_person: empty,
    },
    fees: [
      { service: "debit_card", rate: 5000, cap_fen: 2000, floor_fen: null },
      { service: "wechat", rate: 3800, cap_fen: null, floor_fen: null },
    ],
    terminals: { count: 1 },
    consents: [],
    overrides: [],
    attachments: Object.fromEntries(PHOTOS.map(([slot, signs]) => [slot, signs.map(attachment)])),
  };
}

const TRACKS: Tracks = {
  review: "in_review",
  verification: "waiting",
  contract: "waiting",
  settlement: "waiting",
  channel_registration: "waiting",
  terminals: "waiting",
  training: "waiting",
  activation: "waiting",
};

/** How far each track of the profile is, and what blocks it, as the backend works it out. */
export function progressOf(tracks: Tracks): TrackProgress[] {
  const stateOf = (track: Track): StepState => {
    if (track !== "review") return tracks[track];
    return tracks.review === "accepted" ? "done" : "open";
  };
  return lakala.tracks.map((rule) => {
    const state = stateOf(rule.track as Track);
    const after = ("after" in rule ? rule.after : []) as Track[];
    const waits_for = state === "waiting" ? after.filter((gate) => stateOf(gate) !== "done") : [];
    return { track: rule.track as Track, state, waits_for };
  });
}

/** Opens what nothing blocks any more. */
export function opened(tracks: Tracks): Tracks {
  const ready = progressOf(tracks).filter(({ state, waits_for }) => state === "waiting" && waits_for.length === 0);
  return { ...tracks, ...Object.fromEntries(ready.map(({ track }) => [track, "open"])) };
}

function firstRound(): Round {
  const sent = dossier();
  return {
    round: 1,
    submitted_at_ms: SUBMITTED_MS - 26 * HOUR_MS,
    dossier: {
      ...sent,
      business: { ...sent.business, address: "文三路" },
      attachments: { ...sent.attachments, business_licence: [attachment("9")] },
    },
    outcome: {
      kind: "returned",
      items: [
        { pointer: "/business/address", reason: "address_incomplete", text: "请写到门牌号" },
        { pointer: "/attachments/business_licence/0", reason: "glare", text: "" },
        { pointer: "/settlement/branch_name", reason: "incomplete", text: "" },
      ],
    },
    decided_at_ms: SUBMITTED_MS - 20 * HOUR_MS,
  };
}

export function caseView(): CaseView {
  const sent = dossier();
  return {
    case_id: CASE_ID,
    rev: 3,
    tracks: TRACKS,
    profile: { id: PROFILE.id, version: PROFILE.version },
    dossier: sent,
    rounds: [firstRound(), { round: 2, submitted_at_ms: SUBMITTED_MS, dossier: sent }],
    updated_at_ms: SUBMITTED_MS,
    requirements: [
      { pointer: "/licence/number", due: "now", reason: "merchant_kind", met: true, blocked_by: null },
      { pointer: "/settlement/number", due: "now", reason: "always", met: true, blocked_by: null },
    ],
    problems: [{ pointer: "/shop/name", code: "unlikely", severity: "warning", params: { other: "/business/trade_name" } }],
    photos: [],
    progress: progressOf(TRACKS),
    steps: [],
  };
}
