import type { StepState } from "../../ipc/bindings";
import { useSharedTexts } from "../texts";
import { ToneTag, type Tone } from "./ToneTag";

const TONES: Record<StepState, Tone> = { waiting: "plain", open: "review", done: "done", failed: "stop" };

/** The one word that says how far a step of a case is. */
export function StepTag({ state }: { state: StepState }) {
  return <ToneTag tone={TONES[state]}>{useSharedTexts().steps.states[state]}</ToneTag>;
}
