// Every screen of the window, with something on it: no accessibility fault, and every control has a name of its own.

import { screen, waitFor } from "@testing-library/react";
import type { UserEvent } from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { Attachment, CaseView, Dossier, PhoneView, SessionView, Slot } from "../ipc/bindings";
import { caseView, emptyDossier, missing, needed, profile, progress } from "../portal/wizard/testing/case";
import { STEPS } from "../portal/wizard/steps";
import { sayCloseRequested } from "./events";
import { expectNamed } from "./names";
import { expectAccessible, openPortal } from "./render";
import { answer, failure } from "./shell";
import { guest, line, locked, merchant, operation, outbox, phone, safety, session, settings } from "./views";

interface Screen {
  path: string;
  /** What shows that the screen is there, in each language. */
  shows: { "zh-CN": string; en: string };
  session?: SessionView;
  view?: CaseView;
  /** What to do there first. */
  act?: (user: UserEvent) => Promise<void>;
}

const photo = (id: string): Attachment => ({
  photo_id: id,
  sha256: `sent-${id}`,
  size_bytes: 480_000,
  media_type: "image/jpeg",
  width_px: 2000,
  height_px: 1500,
  original_sha256: `given-${id}`,
  original_bytes: 3_200_000,
  steps: [],
  verdicts: [],
  added_at_ms: 0,
});

const owner = { person: { ...emptyDossier().legal_person, name: "周一" }, address: "" };

const dossier = (): Dossier => ({
  ...emptyDossier(),
  kind: "enterprise",
  products: ["smart_pos", "qr_plate"],
  beneficial_owners: [owner, owner],
  licence: { ...emptyDossier().licence, separate_certificates: true },
  shop: { ...emptyDossier().shop, same_as_registered: false },
  settlement: {
    ...emptyDossier().settlement,
    kind: "private",
    settler: "authorised",
    number: "6217001234567890",
    holder: "周一",
  },
  attachments: { business_licence: [photo("p1")], storefront: [photo("p2"), photo("p3")] },
});

const full = (changes: Partial<CaseView> = {}): CaseView =>
  caseView({
    dossier: dossier(),
    requirements: [
      needed("/licence/number"),
      needed("/settlement/settler_person/name"),
      needed("/attachments/business_licence", true),
      needed("/attachments/legal_id_portrait"),
      ...profile.consents.map((rule) => ({ ...needed("/consents"), params: { id: rule.id } })),
    ],
    problems: [missing("/licence/number"), missing("/contact/mobile")],
    photos: [{ photo_id: "p1", slot: "business_licence", index: 0, here: true, outline: null, reading: "not_read", quarter_turns: 0, verdicts: [{ code: "blurred", blocking: false, region: null, place: null }] }],
    duplicates: [{ case_id: "c9", name: "老街火锅店", pointer: "/licence/number" }],
    documents: ["checklist", "local_receipt", "acceptance_notice"],
    ...changes,
  });

const item = { pointer: "/business/trade_name", reason: "name_mismatch" as const, text: "与门头不符" };
const returned = () =>
  full({
    status: "returned",
    tracks: { ...caseView().tracks, review: "returned" },
    editing: { mode: "only", pointers: ["/business/trade_name", "/attachments/storefront"] },
    returned: [
      { item, sent: "一苇", sent_photos: [], changed: false },
      { item: { ...item, pointer: "/attachments/storefront" }, sent: null, sent_photos: ["p2"], changed: true },
    ],
    rounds: [
      { round: 1, submitted_at_ms: 0, decided_at_ms: 1, outcome: { kind: "returned", items: [item] } },
    ],
    outbox: operation({ state: "attention", problem: { code: "invalid", fields: [] } }),
  });

async function openPhone(user: UserEvent): Promise<void> {
  answer("phone_close", () => null);
  const [first] = screen.getAllByRole("button", { name: /^(用手机拍|Take with a phone)/ });
  if (first) await user.click(first);
}

const SCREENS: Record<string, Screen> = {
  workbench: { path: "/", shows: { "zh-CN": "工作台", en: "Workbench" } },
  "first start": { path: "/", session: guest(), shows: { "zh-CN": "开始填写", en: "Start" } },
  cases: { path: "/cases", shows: { "zh-CN": "晨曦面包坊", en: "晨曦面包坊" } },
  sync: { path: "/sync", shows: { "zh-CN": "需要处理", en: "Needs attention" } },
  settings: { path: "/settings", shows: { "zh-CN": "修改 PIN", en: "Change PIN" } },
  "sign in": { path: "/sign-in", session: guest(), shows: { "zh-CN": "获取验证码", en: "Get a code" } },
  "not found": { path: "/nowhere", shows: { "zh-CN": "没有这个页面", en: "There is no such page" } },
  locked: { path: "/", session: locked(), shows: { "zh-CN": "已锁定", en: "Locked" } },
  "locked with two accounts": {
    path: "/",
    session: locked({ accounts: [merchant, { account: "a2", display: "李明", role: "agent" }] }),
    shows: { "zh-CN": "已锁定", en: "Locked" },
  },
  "secrets missing": {
    path: "/",
    session: locked({ vault: "secrets_missing" }),
    shows: { "zh-CN": "恢复码", en: "Recovery code" },
  },
  ...Object.fromEntries(
    (["keyring_locked", "keyring_absent", "passphrase_needed", "secrets_missing"] as const).map((vault) => [
      `vault: ${vault}`,
      {
        path: "/",
        session: session({ phase: "vault_needed", vault, accounts: [], account: null }),
        shows: { "zh-CN": "掌柜", en: "Zhanggui" },
      },
    ]),
  ),
  ...Object.fromEntries(
    STEPS.map((step) => [
      `wizard: ${step}`,
      { path: `/cases/case-1/edit?step=${step}`, shows: { "zh-CN": "未命名商户", en: "Unnamed merchant" } },
    ]),
  ),
  "wizard: answering a return": {
    path: "/cases/case-1/edit?step=business",
    view: returned(),
    shows: { "zh-CN": "与门头不符", en: "与门头不符" },
  },
  "wizard: result": {
    path: "/cases/case-1/edit?step=result",
    view: full({ status: "queued", local_receipt: "L-1", outbox: operation({ case_id: "case-1" }) }),
    shows: { "zh-CN": "L-1", en: "L-1" },
  },
  ...Object.fromEntries(
    ["data", "photos", "review", "contract", "documents"].map((tab) => [
      `case: ${tab}`,
      { path: `/cases/case-1?tab=${tab}`, view: returned(), shows: { "zh-CN": "经过", en: "History" } },
    ]),
  ),
  "case: the steps after acceptance": {
    path: "/cases/case-1?tab=documents",
    view: full({
      status: "accepted",
      tracks: { ...caseView().tracks, review: "accepted" },
      progress: progress(),
      documents: ["checklist", "acceptance_notice", "custody_sheet", "training_certificate", "activation_letter"],
    }),
    shows: { "zh-CN": "等待：机具调试", en: "Waits for: Terminals" },
  },
  "contract: costs": {
    path: "/cases/case-1/contract",
    shows: { "zh-CN": "您要付的全部费用", en: "Everything that you pay" },
  },
  "contract: handed over": {
    path: "/",
    session: session({ phase: "handed_over", account: null, handed_over: "case-1" }),
    shows: { "zh-CN": "请周一本人阅读并签署", en: "周一: please read and sign" },
  },
  "contract: verify": {
    path: "/contract-check",
    shows: { "zh-CN": "选择合同文件", en: "Choose a contract file" },
  },
  ...Object.fromEntries(
    Object.entries({
      "waits": {},
      "has sent photos": { connected: true, photos: ["p1"] },
    }).map(([what, change]) => [
      `wizard: a phone ${what}`,
      {
        path: "/cases/case-1/edit?step=photos",
        shows: { "zh-CN": "用手机拍", en: "Take with a phone" },
        act: async (user) => {
          let open: PhoneView;
          answer("phone_open", ({ slot }) => (open = phone({ ...change, slot: slot as Slot })));
          answer("phone_show", () => open);
          await openPhone(user);
          await screen.findByRole("img", { name: /^(二维码|QR code)/ });
        },
      } satisfies Screen,
    ]),
  ),
  "wizard: no network for a phone": {
    path: "/cases/case-1/edit?step=photos",
    shows: { "zh-CN": "用手机拍", en: "Take with a phone" },
    act: async (user) => {
      answer("phone_open", () => {
        throw failure("no_network");
      });
      await openPhone(user);
      await screen.findByText(/Wi-Fi/);
    },
  },
  "jump anywhere": {
    path: "/",
    shows: { "zh-CN": "新建案件", en: "New case" },
    act: async (user) => {
      await user.keyboard("{Control>}k{/Control}");
      await screen.findByRole("combobox");
    },
  },
  quitting: {
    path: "/",
    shows: { "zh-CN": "工作台", en: "Workbench" },
    act: async () => {
      sayCloseRequested(safety());
      await screen.findByRole("dialog");
    },
  },
};

describe.each(["zh-CN", "en"] as const)("in %s", (language) => {
  it.each(Object.entries(SCREENS))("%s", async (_, { path, shows, session: who, view, act }) => {
    answer("settings_read", () => ({ ...settings(), language }));
    answer("session_state", () => who ?? session());
    if (who?.phase === "guest") answer("workbench_show", () => ({ counts: [], next: [] }));
    answer("outbox_show", () =>
      outbox({
        items: [operation(), operation({ op_id: "o2", name: "老街火锅店", case_id: "c2", state: "attention" })],
        received: [operation({ op_id: "o3", name: "茶馆", case_id: "c3", state: "received", receipt_number: "R1" })],
      }),
    );
    answer("case_show", () => view ?? full());
    answer("case_list", () => ({ cases: [line(), line({ case_id: "c2", name: "", status: "draft" })], next: null, total: 2 }));
    answer("reference_profile", () => profile);
    for (const table of ["divisions", "mcc", "banks"]) answer(`reference_${table}`, () => []);
    answer("document_read", () => {
      throw failure("not_found");
    });
    const { user } = openPortal(path);
    await waitFor(() => expect(document.body.textContent).toContain(shows[language]));
    await act?.(user);
    expectNamed();
    await expectAccessible();
  });
});
