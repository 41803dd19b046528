import { recordStep } from "../../api";
import type { CaseView, StepReport } from "../../apiTypes";
import { useChange } from "../useChange";

/** Records what became of a step, on the revision on screen. */
export function useRecording(view: CaseView) {
  return useChange<StepReport>(view, (report) => recordStep(view.case_id, view.rev, report), { act: "drop_step" });
}

export type Recording = ReturnType<typeof useRecording>;
