// What a reviewer has begun but not sent, by case: it outlives the screens, and the session.

import type { CaseId, ReturnItem, ReturnReason } from "../../ipc/bindings";
import type { StepReport } from "../apiTypes";

/** A report of a step being written: it has the shape of what is sent. */
export type StepWriting = Exclude<StepReport, { result: "reopened" }>;

/** An item being written. */
export interface Writing {
  pointer: string;
  reason: ReturnReason | null;
  text: string;
}

export interface Papers {
  /** To be sent back, in the order chosen; each place once. */
  items: readonly ReturnItem[];
  writing: Writing | null;
  /** Words of a rejection being written; null = none is. */
  rejection: string | null;
  step: StepWriting | null;
  /** The report puts right what was recorded: it is for a step that is done. */
  correcting: boolean;
}

export type Desk = ReadonlyMap<CaseId, Papers>;

export type Act =
  | { act: "write"; pointer: string }
  | { act: "change"; writing: Writing }
  | { act: "keep"; item: ReturnItem }
  | { act: "drop_writing" }
  | { act: "remove"; pointer: string }
  | { act: "reject"; text: string | null }
  | { act: "begin_step"; step: StepWriting; correcting: boolean }
  | { act: "write_step"; step: StepWriting }
  | { act: "drop_step" }
  | { act: "clear" };

export const NO_PAPERS: Papers = { items: [], writing: null, rejection: null, step: null, correcting: false };

/** The papers of a case after an act. */
export function after(papers: Papers, act: Act): Papers {
  switch (act.act) {
    case "write": {
      const listed = papers.items.find((item) => item.pointer === act.pointer);
      return { ...papers, writing: listed ?? { pointer: act.pointer, reason: null, text: "" } };
    }
    case "change":
      return { ...papers, writing: act.writing };
    case "keep":
      return { ...papers, items: withItem(papers.items, act.item), writing: null };
    case "drop_writing":
      return { ...papers, writing: null };
    case "remove":
      return { ...papers, items: papers.items.filter((item) => item.pointer !== act.pointer) };
    case "reject":
      return { ...papers, rejection: act.text };
    case "begin_step":
      return { ...papers, step: act.step, correcting: act.correcting };
    case "write_step":
      return { ...papers, step: act.step };
    case "drop_step":
      return { ...papers, step: null, correcting: false };
    case "clear":
      return NO_PAPERS;
  }
}

/** Whether leaving the page would lose something. */
export function holdsWork(desk: Desk): boolean {
  return [...desk.values()].some(
    ({ items, writing, rejection, step }) =>
      items.length > 0 || writing !== null || (rejection ?? "") !== "" || step !== null,
  );
}

function withItem(items: readonly ReturnItem[], item: ReturnItem): ReturnItem[] {
  const listed = items.some(({ pointer }) => pointer === item.pointer);
  return listed ? items.map((each) => (each.pointer === item.pointer ? item : each)) : [...items, item];
}
