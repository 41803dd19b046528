// What the console's API takes and gives: crates/portal-backend/src/console/view.rs and portal-protocol.

import type {
  CaseId,
  Dossier,
  OpId,
  Override,
  Problem,
  Requirement,
  ReturnItem,
  ReviewOutcome,
  ReviewState,
  RoleView,
  Sha256,
  Slot,
  Text,
  Track,
  TrackProgress,
  Tracks,
} from "../ipc/bindings";

/** portal-protocol::error::ErrorCode, and what the browser itself can meet. */
export type ErrorCode =
  | "malformed_request"
  | "bad_parameter"
  | "digest_mismatch"
  | "unauthorized"
  | "bad_signature"
  | "second_factor_needed"
  | "second_factor_unset"
  | "second_factor_wrong"
  | "forbidden"
  | "disabled"
  | "wrong_code"
  | "not_found"
  | "method_not_allowed"
  | "operation_mismatch"
  | "missing_blobs"
  | "offset_mismatch"
  | "illegal_move"
  | "approval_needed"
  | "approval_refused"
  | "gone"
  | "conflict"
  | "tus_version"
  | "too_large"
  | "unsupported_type"
  | "invalid"
  | "locked"
  | "too_many_requests"
  | "checksum_mismatch"
  | "internal"
  | "unavailable"
  | "offline"
  | "not_the_backend";

export interface FieldError {
  pointer: string;
  code: string;
}

export interface ProblemDocument {
  code: ErrorCode;
  errors?: FieldError[];
  incident?: string;
}

export interface SignInRequest {
  user: string;
  password: string;
  /** The authenticator's, where one is asked for. */
  code?: string;
}

export interface Me {
  account: { account_id: string; role: RoleView; display: string };
  may_read: boolean;
  may_review: boolean;
  may_approve: boolean;
  csrf: string;
}

export interface QueueLine {
  case_id: CaseId;
  rev: number;
  name: string;
  review: ReviewState;
  /** From 1. */
  round: number;
  submitted_at_ms: number;
  updated_at_ms: number;
  /** How often the case was returned. */
  returned: number;
}

export interface QueuePage {
  cases: QueueLine[];
  now_ms: number;
  next?: string;
}

export interface QueueQuery {
  /** Absent: cases in review. */
  filter?: Exclude<ReviewState, "not_submitted"> | "all";
  name?: string;
  after?: string;
  limit?: number;
}

export interface Round {
  round: number;
  submitted_at_ms: number;
  dossier: Dossier;
  outcome?: ReviewOutcome;
  decided_at_ms?: number;
}

export interface CaseDocument {
  case_id: CaseId;
  rev: number;
  tracks: Tracks;
  profile: { id: string; version: string };
  dossier: Dossier;
  rounds: Round[];
  notice_number?: string;
  updated_at_ms: number;
}

export interface Photo {
  pointer: string;
  slot: Slot;
  name: Text;
  sha: Sha256;
  media_type: string;
  size_bytes: number;
  width_px: number;
  height_px: number;
}

export interface CaseView extends CaseDocument {
  requirements: Requirement[];
  problems: Problem[];
  photos: Photo[];
  /** In the order of the profile. */
  progress: TrackProgress[];
  /** What the office recorded, oldest first. */
  steps: StepRecord[];
}

/** Moved by the office's reports; review and contract have operations of their own. */
export type OfficeTrack = Exclude<Track, "review" | "contract">;

/** What somebody was shown and did themselves. */
export type Topic = "payments" | "refunds" | "reconciliation" | "care" | "terminal_duties" | "fraud" | "support";

/** As its type plate names it. */
export interface Terminal {
  model: string;
  serial: string;
}

/** The facts of a step that is done: portal-domain::progress::StepDone. */
export type StepDone =
  | { track: "verification" | "settlement" | "channel_registration"; note: string }
  | { track: "terminals"; terminals: Terminal[]; accessories: string }
  | { track: "training"; trainee: string; trained_on: string; topics: Topic[] }
  | { track: "activation"; merchant_number: string };

export type StepReport =
  | { result: "done"; done: StepDone }
  | { result: "failed"; track: OfficeTrack; text: string }
  | { result: "reopened"; track: OfficeTrack };

/** A paper that a step gave. */
export interface Issued {
  kind: "custody_sheet" | "training_certificate" | "activation_letter";
  number: string;
  /** Of the PDF. */
  sha: Sha256;
}

export interface StepRecord {
  at_ms: number;
  /** Absent when a program of the office recorded it. */
  by?: string;
  report: StepReport;
  issued?: Issued;
}

/** What may be wrong at a place of a report. */
export type StepFault =
  | "required"
  | "too_long"
  | "bad_format"
  | "duplicate"
  | "out_of_range"
  | "in_future"
  | "not_printable";

export type Decision =
  | { kind: "return"; items: ReturnItem[] }
  | { kind: "accept" }
  | { kind: "reject"; text: string };

/** A submission that a supervisor of the branch has to agree to. */
export interface ApprovalLine {
  op_id: OpId;
  case_id: CaseId;
  name: string;
  submitted_by: string;
  asked_at_ms: number;
  /** Numbers that are sent against their check digit. */
  overrides: number;
  /** The supervisor submitted it, so that somebody else decides. */
  own: boolean;
}

export interface ApprovalPage {
  lines: ApprovalLine[];
  now_ms: number;
}

export interface ApprovalView extends ApprovalLine {
  body_sha: Sha256;
  profile: { id: string; version: string };
  dossier: Dossier;
  previous?: Round;
  reasons: Override[];
  requirements: Requirement[];
  problems: Problem[];
}

/** A contract that was signed on paper. */
export interface PaperLine {
  op_id: OpId;
  case_id: CaseId;
  number: string;
  name: string;
  received_at_ms: number;
  pages: number;
}

export interface PaperPage {
  lines: PaperLine[];
  now_ms: number;
}

export interface ScanOfPage {
  sha: Sha256;
  size_bytes: number;
  media_type: string;
}

export interface PaperView extends PaperLine {
  signer: string;
  render_sha256: string;
  annexes: Text[];
  scans: ScanOfPage[];
  by_staff: boolean;
}

export type PaperVerdict = { verdict: "accept" } | { verdict: "return"; text: string };

export type Verdict = { verdict: "agree" } | { verdict: "refuse"; text: string };
