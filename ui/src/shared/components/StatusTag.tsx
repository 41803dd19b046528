import type { CaseStatus } from "../../ipc/bindings";
import { useSharedTexts } from "../texts";
import { ToneTag, type Tone } from "./ToneTag";

const TONES: Record<CaseStatus, Tone> = {
  draft: "plain",
  photos_missing: "ask",
  awaiting_approval: "wait",
  queued: "wait",
  sending: "wait",
  needs_attention: "stop",
  in_review: "review",
  returned: "ask",
  accepted: "done",
  rejected: "stop",
  withdrawn: "plain",
};

/** The one word that says where a case stands. */
export function StatusTag({ status }: { status: CaseStatus }) {
  return <ToneTag tone={TONES[status]}>{useSharedTexts().status[status]}</ToneTag>;
}
