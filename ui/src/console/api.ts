// Every request that the console makes. The session is a cookie that scripts can't read; changes carry the token
// that came with signing in.

import type { CaseId, OpId, Profile, SecondFactorView, Sha256 } from "../ipc/bindings";
import type {
  ApprovalPage,
  ApprovalView,
  CaseDocument,
  CaseView,
  Decision,
  ErrorCode,
  FieldError,
  Me,
  PaperPage,
  PaperVerdict,
  PaperView,
  ProblemDocument,
  QueuePage,
  QueueQuery,
  SignInRequest,
  StepReport,
  Verdict,
} from "./apiTypes";

const BASE = "/console/api";

/** A refused or failed request. */
export class ApiError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly errors: readonly FieldError[] = [],
    readonly incident: string | null = null,
  ) {
    super(code);
    this.name = "ApiError";
  }

  /** Whether signing in again is what it takes: also when another tab's sign-in replaced this session. */
  get endsSession(): boolean {
    const forged = this.code === "forbidden" && this.errors.some((error) => error.code === "csrf");
    return this.code === "unauthorized" || this.code === "disabled" || forged;
  }
}

let csrf = "";

export async function signIn(request: SignInRequest): Promise<Me> {
  return remember(await json<Me>("POST", "/session", request));
}

/** What to set an authenticator app up with. */
export function secondFactor(request: Pick<SignInRequest, "user" | "password">): Promise<SecondFactorView> {
  return json<SecondFactorView>("POST", "/second-factor", request);
}

export async function signOut(): Promise<void> {
  await send("DELETE", "/session");
  csrf = "";
}

export async function whoAmI(): Promise<Me> {
  return remember(await json<Me>("GET", "/me"));
}

export function readQueue(query: QueueQuery): Promise<QueuePage> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const parameters = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return json<QueuePage>("GET", `/queue?${parameters.toString()}`);
}

export function readCase(case_id: CaseId): Promise<CaseView> {
  return json<CaseView>("GET", `/case/${encodeURIComponent(case_id)}`);
}

export function readProfile(id: string): Promise<Profile> {
  return json<Profile>("GET", `/profile/${encodeURIComponent(id)}`);
}

/** A photo of a case, or of a submission that waits for approval. */
export async function readPhoto(of: OpId | null, sha: Sha256, media_type: string): Promise<Blob> {
  const name = encodeURIComponent(sha);
  const path = of === null ? `/blob/${name}` : `/approval/${encodeURIComponent(of)}/photo?sha=${name}`;
  const answer = await send("GET", path);
  return new Blob([await answer.arrayBuffer()], { type: media_type });
}

export async function readNotice(case_id: CaseId): Promise<ArrayBuffer> {
  const answer = await send("GET", `/case/${encodeURIComponent(case_id)}/notice`);
  return answer.arrayBuffer();
}

/** Decides on the revision that the reviewer saw; the same decision twice has one effect. */
export function decide(case_id: CaseId, rev: number, { kind, ...rest }: Decision): Promise<CaseDocument> {
  return json<CaseDocument>("POST", `/case/${encodeURIComponent(case_id)}/${kind}`, { rev, ...rest });
}

/** Records what became of a step, at the revision that the reviewer saw. */
export function recordStep(case_id: CaseId, rev: number, report: StepReport): Promise<CaseDocument> {
  return json<CaseDocument>("POST", `/case/${encodeURIComponent(case_id)}/step`, { rev, report });
}

/** A paper that a step gave. */
export async function readIssued(sha: Sha256): Promise<ArrayBuffer> {
  const answer = await send("GET", `/blob/${encodeURIComponent(sha)}`);
  return answer.arrayBuffer();
}

export function readApprovals(): Promise<ApprovalPage> {
  return json<ApprovalPage>("GET", "/approvals");
}

export function readApproval(op_id: OpId): Promise<ApprovalView> {
  return json<ApprovalView>("GET", `/approval/${encodeURIComponent(op_id)}`);
}

/** Decides about the bytes that the supervisor saw; the same verdict twice has one effect. */
export async function approve(op_id: OpId, body_sha: Sha256, verdict: Verdict): Promise<void> {
  await send("POST", `/approval/${encodeURIComponent(op_id)}`, { ...verdict, body_sha });
}

export function readPapers(): Promise<PaperPage> {
  return json<PaperPage>("GET", "/paper-contracts");
}

export function readPaper(op_id: OpId): Promise<PaperView> {
  return json<PaperView>("GET", `/paper-contract/${encodeURIComponent(op_id)}`);
}

/** The document that should have been signed. */
export async function readPaperDocument(op_id: OpId): Promise<ArrayBuffer> {
  const answer = await send("GET", `/paper-contract/${encodeURIComponent(op_id)}/document`);
  return answer.arrayBuffer();
}

/** Decides about the scans that the reviewer saw; the same verdict twice has one effect. */
export async function decidePaper(op_id: OpId, verdict: PaperVerdict): Promise<void> {
  await send("POST", `/paper-contract/${encodeURIComponent(op_id)}`, verdict);
}

function remember(me: Me): Me {
  csrf = me.csrf;
  return me;
}

async function json<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await send(method, path, body);
  try {
    return (await answer.json()) as T;
  } catch {
    throw new ApiError("not_the_backend");
  }
}

async function send(method: string, path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["Portal-Csrf"] = csrf;
  let answer: Response;
  try {
    answer = await fetch(BASE + path, {
      method,
      headers,
      credentials: "same-origin",
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch {
    throw new ApiError("offline");
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

async function refusal(answer: Response): Promise<ApiError> {
  try {
    const problem = (await answer.json()) as Partial<ProblemDocument>;
    if (problem.code) return new ApiError(problem.code, problem.errors ?? [], problem.incident ?? null);
  } catch {
    // Not a problem document: a proxy answered.
  }
  return new ApiError("not_the_backend");
}
