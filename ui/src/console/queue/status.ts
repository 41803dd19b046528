import type { CaseStatus, ReviewState } from "../../ipc/bindings";

/** The state word of the review track. The backend never holds what wasn't submitted: that is a draft elsewhere. */
export function statusOf(review: ReviewState): CaseStatus {
  return review === "not_submitted" ? "draft" : review;
}
