// A backend in memory that answers like the console's API: a stand-in for `fetch`.

import type {
  ApprovalView,
  CaseDocument,
  CaseView,
  ErrorCode,
  FieldError,
  Issued,
  Me,
  OfficeTrack,
  PaperView,
  QueueLine,
  SignInRequest,
  StepReport,
} from "../apiTypes";
import { CASE_ID, caseView, opened, PROFILE, progressOf, SUBMITTED_MS } from "./documents";

/** What the backend calls a merchant in its lists. */
const nameOf = ({ business }: CaseView["dossier"]): string => business.trade_name || business.registered_name;

export const PASSWORD = "correct horse";
const HOUR_MS = 3_600_000;

interface Seen {
  method: string;
  path: string;
  csrf: string | null;
  body: unknown;
}

export class Backend {
  readonly seen: Seen[] = [];
  readonly cases: CaseView[] = [caseView()];
  signedIn = false;
  mayReview = true;
  /** The code that goes with the password. */
  factor: string | null = null;
  /** A supervisor: sees what waits for approval instead of the queue. */
  readonly approvals: ApprovalView[] = [];
  supervises = false;
  /** Contracts that were signed on paper. */
  readonly papers: PaperView[] = [];
  /** Refuses the next change with this. */
  refusing: { status: number; code: ErrorCode; errors?: FieldError[] } | null = null;

  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const method = init?.method ?? "GET";
    const address = input instanceof Request ? input.url : input.toString();
    const { pathname, searchParams } = new URL(address, "http://console.test");
    const path = pathname.replace("/console/api", "");
    const body: unknown = typeof init?.body === "string" ? JSON.parse(init.body) : undefined;
    const csrf = new Headers(init?.headers).get("Portal-Csrf");
    this.seen.push({ method, path, csrf, body });
    await Promise.resolve();
    return this.answer(method, path, searchParams, csrf, body);
  };

  /** Changes made so far. */
  changes(): Seen[] {
    return this.seen.filter(({ method, path }) => method === "POST" && path.startsWith("/case/"));
  }

  private answer(method: string, path: string, query: URLSearchParams, csrf: string | null, body: unknown): Response {
    if (path === "/session" && method === "POST") return this.signIn(body as SignInRequest);
    if (path === "/second-factor") return Response.json({ uri: "otpauth://totp/Zhanggui:reviewer?secret=ABCDEFGH", secret: "ABCDEFGH" });
    if (!this.signedIn) return refused(401, "unauthorized");
    if (method !== "GET" && csrf !== "token-1") return refused(403, "forbidden", [{ pointer: "/portal-csrf", code: "csrf" }]);
    if (path === "/session") {
      this.signedIn = false;
      return new Response(null, { status: 204 });
    }
    if (path === "/me") return Response.json(this.me());
    if (path === "/queue") return Response.json(this.queue(query));
    if (path.startsWith("/profile/")) return Response.json(PROFILE);
    if (path.startsWith("/approval")) return this.approve(method, path, body);
    if (path.startsWith("/paper-contract")) return this.paper(method, path, body);
    if (path.startsWith("/blob/")) return new Response(new Uint8Array([1]));
    const [, , id = "", verb = ""] = path.split("/");
    const found = this.cases.find((each) => each.case_id === id);
    if (!found) return refused(404, "not_found");
    if (verb === "notice") return new Response(new Uint8Array([37, 80, 68, 70]));
    if (verb === "") return Response.json(found);
    return this.decide(found, verb, body as { rev: number } & Record<string, unknown>);
  }

  private signIn({ user, password, code }: SignInRequest): Response {
    if (user !== "reviewer" || password !== PASSWORD) return refused(401, "unauthorized");
    if (this.factor !== null && code !== this.factor) {
      return refused(401, code === undefined ? "second_factor_unset" : "second_factor_wrong");
    }
    this.signedIn = true;
    return Response.json(this.me());
  }

  private me(): Me {
    const account = { account_id: "account-1", role: "reviewer", display: "周审核" } as const;
    return { account, may_read: !this.supervises, may_review: this.mayReview, may_approve: this.supervises, csrf: "token-1" };
  }

  private queue(query: URLSearchParams) {
    const state = query.get("filter") ?? "in_review";
    const lines = this.cases.filter(
      ({ tracks, dossier }) =>
        (state === "all" || tracks.review === state) && nameOf(dossier).includes(query.get("name") ?? ""),
    );
    return { cases: lines.map(lineOf), now_ms: SUBMITTED_MS + 5 * HOUR_MS };
  }

  private approve(method: string, path: string, body: unknown): Response {
    if (path === "/approvals") {
      return Response.json({ lines: this.approvals, now_ms: SUBMITTED_MS + 5 * HOUR_MS });
    }
    const [, , id = "", part] = path.split("/");
    const found = this.approvals.find((each) => each.op_id === id);
    if (!found) return refused(404, "not_found");
    if (part === "photo") return new Response(new Uint8Array([1]));
    if (method === "GET") return Response.json(found);
    const { body_sha } = body as { body_sha: string };
    if (body_sha !== found.body_sha) return refused(409, "operation_mismatch");
    this.approvals.splice(this.approvals.indexOf(found), 1);
    return new Response(null, { status: 204 });
  }

  private paper(method: string, path: string, body: unknown): Response {
    if (path === "/paper-contracts") {
      return Response.json({ lines: this.papers, now_ms: SUBMITTED_MS + 5 * HOUR_MS });
    }
    const [, , id = "", part] = path.split("/");
    const found = this.papers.find((each) => each.op_id === id);
    if (!found) return refused(404, "not_found");
    if (part === "document") return new Response(new Uint8Array([37, 80, 68, 70]));
    if (method === "GET") return Response.json(found);
    const { verdict, text = "" } = body as { verdict: string; text?: string };
    if (verdict === "return" && text === "") return refused(400, "invalid");
    this.papers.splice(this.papers.indexOf(found), 1);
    return new Response(null, { status: 204 });
  }

  private decide(found: CaseView, verb: string, body: { rev: number } & Record<string, unknown>): Response {
    if (this.refusing) {
      const { status, code, errors } = this.refusing;
      this.refusing = null;
      return refused(status, code, errors);
    }
    if (body.rev !== found.rev) return refused(412, "conflict");
    if (verb === "step") return record(found, body.report as StepReport);
    const newest = found.rounds.at(-1);
    if (!newest) return refused(409, "illegal_move");
    found.rev += 1;
    newest.decided_at_ms = SUBMITTED_MS + HOUR_MS;
    if (verb === "accept") {
      move(found, { review: "accepted" });
      found.notice_number = "N20260302-000001";
      newest.outcome = { kind: "accepted", notice_number: found.notice_number };
    } else if (verb === "return") {
      found.tracks = { ...found.tracks, review: "returned" };
      newest.outcome = { kind: "returned", items: body.items as never };
    } else {
      found.tracks = { ...found.tracks, review: "rejected" };
      newest.outcome = { kind: "rejected", text: String(body.text) };
    }
    return Response.json(found satisfies CaseDocument);
  }
}

const PAPERS: Partial<Record<OfficeTrack, Issued>> = {
  terminals: { kind: "custody_sheet", number: "BG-20260302-000001", sha: "5a".repeat(32) },
  training: { kind: "training_certificate", number: "PX-20260302-000001", sha: "6b".repeat(32) },
  activation: { kind: "activation_letter", number: "KT-20260302-000001", sha: "7c".repeat(32) },
};

function record(found: CaseView, report: StepReport): Response {
  const track = report.result === "done" ? report.done.track : report.track;
  const [from, to] = ({ done: ["open", "done"], failed: ["open", "failed"], reopened: ["failed", "open"] } as const)[report.result];
  const corrects = report.result === "done" && found.tracks[track] === "done";
  if (found.tracks[track] !== from && !corrects) return refused(409, "illegal_move");
  const issued = report.result === "done" ? PAPERS[track] : undefined;
  found.rev += 1;
  found.steps = [...found.steps, { at_ms: SUBMITTED_MS + HOUR_MS, by: "周审核", report, ...(issued && { issued }) }];
  move(found, { [track]: to });
  return Response.json(found satisfies CaseDocument);
}

/** Puts tracks where they are said to be, and opens what that unblocks. */
function move(found: CaseView, to: Partial<CaseView["tracks"]>): void {
  found.tracks = opened({ ...found.tracks, ...to });
  found.progress = progressOf(found.tracks);
}

/** The backend's case after its review, with the tracks given besides. */
export function accept(backend: Backend, to: Partial<CaseView["tracks"]> = {}): CaseView {
  const [found] = backend.cases;
  if (!found) throw new Error("no case");
  found.notice_number = "N20260302-000001";
  move(found, { review: "accepted", ...to });
  return found;
}

/** More cases of other names, each an hour younger. */
export function addCases(backend: Backend, names: readonly string[]): void {
  names.forEach((name, i) => {
    const view = caseView();
    const round = view.rounds[1];
    view.case_id = CASE_ID.slice(0, -4) + String(1000 + i);
    view.dossier = { ...view.dossier, business: { ...view.dossier.business, trade_name: name } };
    if (round) view.rounds = [{ ...round, round: 1, submitted_at_ms: SUBMITTED_MS + (i + 1) * HOUR_MS, dossier: view.dossier }];
    backend.cases.push(view);
  });
}

/** A contract of three pages, scanned by an agent. */
export function addPaper(backend: Backend): PaperView {
  const scan = (sign: string) => ({ sha: sign.repeat(64), size_bytes: 300_000, media_type: "image/jpeg" });
  const paper: PaperView = {
    op_id: "0192f0c1-7a30-7c11-8a11-5d1f6f2e0777",
    case_id: CASE_ID,
    number: "HT-20260302-000004",
    name: "禾田面馆",
    received_at_ms: SUBMITTED_MS,
    pages: 3,
    signer: "林小禾",
    render_sha256: "8c".repeat(32),
    annexes: [{ zh: "个人信息处理同意书", en: "Consent to the Handling of Personal Data" }],
    scans: [scan("a"), scan("b"), scan("c")],
    by_staff: true,
  };
  backend.papers.push(paper);
  return paper;
}

function lineOf(view: CaseView): QueueLine {
  const newest = view.rounds.at(-1);
  return {
    case_id: view.case_id,
    rev: view.rev,
    name: nameOf(view.dossier),
    review: view.tracks.review,
    round: newest?.round ?? 1,
    submitted_at_ms: newest?.submitted_at_ms ?? 0,
    updated_at_ms: view.updated_at_ms,
    returned: view.rounds.length - 1,
  };
}

function refused(status: number, code: ErrorCode, errors: FieldError[] = []): Response {
  return Response.json({ code, errors, title: code, status }, { status });
}
