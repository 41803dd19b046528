import { Tag } from "antd";

import type { CaseStatus } from "../../ipc/bindings";
import { useSharedTexts } from "../texts";

/** Colour by what it asks of the user: nothing, waiting, to do, done, over. */
const COLOURS: Record<CaseStatus, string> = {
  draft: "default",
  photos_missing: "gold",
  queued: "blue",
  sending: "processing",
  needs_attention: "error",
  in_review: "cyan",
  returned: "orange",
  accepted: "success",
  rejected: "error",
  withdrawn: "default",
};

/** The one word that says where a case stands. */
export function StatusTag({ status }: { status: CaseStatus }) {
  return <Tag color={COLOURS[status]}>{useSharedTexts().status[status]}</Tag>;
}
