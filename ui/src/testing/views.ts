// Views as the shell would send them; all people and shops are invented.

import type {
  AppInfo,
  CaseLine,
  CasePage,
  CheckView,
  ContractView,
  OfferView,
  OutboxItem,
  PhoneView,
  OutboxView,
  SafetyView,
  SessionView,
  Settings,
  WorkbenchView,
} from "../ipc/bindings";

export const NOW_MS = Date.UTC(2026, 10, 22, 2);

export const settings = (): Settings => ({ language: "zh-CN", theme: "light", text_percent: 100, idle_lock_min: 5, photo_days: 7, metered_mib_per_day: null });

export const info = (): AppInfo => ({ version: "0.1.0", backend: "https://backend.example", read_only: false });

export const safety = (): SafetyView => ({ cases_only_here: 7, oldest_days: 3, pending: 2 });

export const merchant = { account: "a1", display: "138****5678", role: "merchant" } as const;

export const session = (change: Partial<SessionView> = {}): SessionView => ({
  phase: "open",
  vault: "keyring",
  enrolled: true,
  branch: null,
  accounts: [merchant],
  account: merchant,
  handed_over: null,
  sign_in_needed: false,
  new_cases: { state: "allowed" },
  ...change,
});

export const guest = (): SessionView => session({ phase: "guest", enrolled: false, accounts: [], account: null });

export const locked = (change: Partial<SessionView> = {}): SessionView =>
  session({ phase: "locked", account: null, ...change });

export const line = (change: Partial<CaseLine> = {}): CaseLine => ({
  case_id: "c1",
  name: "晨曦面包坊",
  status: "returned",
  created_at_ms: NOW_MS - 86_400_000,
  updated_at_ms: NOW_MS,
  receipt_number: null,
  ...change,
});

export const workbench = (): WorkbenchView => ({
  counts: [
    { status: "returned", count: 1 },
    { status: "draft", count: 2 },
    { status: "accepted", count: 0 },
  ],
  next: [line(), line({ case_id: "c2", name: "", status: "draft" })],
});

export const casePage = (): CasePage => ({
  cases: [line(), line({ case_id: "c2", name: "老街火锅店", status: "draft" })],
  next: null,
  total: 2,
});

export const operation = (change: Partial<OutboxItem> = {}): OutboxItem => ({
  op_id: "o1",
  case_id: "c1",
  name: "晨曦面包坊",
  kind: "application.submit",
  state: "waiting",
  bytes_total: 2_000_000,
  bytes_sent: 500_000,
  bytes_per_s: null,
  seconds_left: null,
  attempts: 0,
  next_at_ms: null,
  problem: null,
  receipt_number: null,
  made_at_ms: NOW_MS,
  ...change,
});

export const outbox = (change: Partial<OutboxView> = {}): OutboxView => ({
  online: "online",
  update_needed: false,
  more: 0,
  paused: false,
  metered: null,
  items: [],
  received: [],
  ...change,
});

export const checks = (): CheckView[] => [
  { check: "vault", result: "ok", finding: "fine", figure: null },
  { check: "disk", result: "warning", finding: "disk_low", figure: "400000000" },
  { check: "backend", result: "failed", finding: "not_the_backend", figure: null },
];

export const offer = (change: Partial<OfferView> = {}): OfferView => ({
  number: "HT-20261122-000001",
  quote_number: "BJ-20261122-000001",
  issuer: "示例收单服务有限公司",
  signer: "周一",
  signer_mobile: "138****0001",
  valid_until: "2026-12-22",
  expired: false,
  term_years: 2,
  fees: [
    { service: "debit_card", rate: "0.50%", floor_fen: null, cap_fen: 2000, example_fen: 500 },
    { service: "wechat", rate: "0.38%", floor_fen: null, cap_fen: null, example_fen: 380 },
  ],
  settlement: "next_working_day",
  deposit_fen: 10_000,
  deposit_refund_days: 10,
  yearly_service_fen: 3_000,
  exit_fen: 0,
  annexes: [
    { sha256: "cd".repeat(32), title: { zh: "个人信息处理同意书", en: "Consent to the Handling of Personal Data" }, agreed: false },
  ],
  cost: { turnovers: [], month_turnover_fen: 0, month_fee_fen: 0, year_fen: 3_000 },
  ...change,
});

/** A contract on offer, before it was opened. */
export const contract = (change: Partial<ContractView> = {}): ContractView => ({
  stage: "offered",
  offer: offer(),
  reading: null,
  way: "own_pin",
  stamped: false,
  here: false,
  verifier: null,
  before: null,
  scans: [],
  on_paper: false,
  returned: null,
  ...change,
});

/** A slot that waits for a phone, at a computer with two networks. */
export const phone = (change: Partial<PhoneView> = {}): PhoneView => ({
  case_id: "case-1",
  slot: "business_licence",
  link: "http://192.168.1.20:47380/AAAAAAAAAAAAAAAAAAAAAA/#BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
  address: "192.168.1.20",
  port: 47380,
  addresses: [
    { address: "192.168.1.20", interface: "wlan0" },
    { address: "192.168.137.1", interface: "enp3s0" },
  ],
  connected: false,
  photos: [],
  closes_at_ms: NOW_MS,
  ...change,
});
