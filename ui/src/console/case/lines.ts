// The document as lines to compare with the papers, with what the check and the last round say of each.

import type { Dossier, Problem, ReturnItem } from "../../ipc/bindings";
import { isWithin } from "../../portal/wizard/draft/pointer";
import { type SummaryLine, type SummaryNames, summaryOf } from "../../portal/wizard/review/summary";
import { STEPS, type StepId } from "../../portal/wizard/steps";
import type { Round } from "../apiTypes";

export interface ReviewLine extends SummaryLine {
  /** The text of the last round, where it was another one. */
  before: string | null;
  problems: readonly Problem[];
  /** What was asked here in the last round. */
  asked: ReturnItem | null;
}

export interface Section {
  step: StepId;
  lines: readonly ReviewLine[];
}

/** The lines of a document by step of the form; steps without any are left out. */
export function sectionsOf(
  dossier: Dossier,
  previous: Round | null,
  problems: readonly Problem[],
  names: SummaryNames,
): Section[] {
  const asked = returnedItems(previous);
  return STEPS.map((step) => {
    const old = new Map(previous && summaryOf(step, previous.dossier, names).map(({ pointer, text }) => [pointer, text]));
    const lines = summaryOf(step, dossier, names).map((line): ReviewLine => {
      const was = previous ? (old.get(line.pointer) ?? "") : line.text;
      return {
        ...line,
        before: was === line.text ? null : was,
        problems: problems.filter((problem) => isWithin(problem.pointer, line.pointer)),
        asked: asked.find((item) => isWithin(line.pointer, item.pointer) || isWithin(item.pointer, line.pointer)) ?? null,
      };
    });
    return { step, lines };
  }).filter(({ lines }) => lines.length > 0);
}

/** What a round was returned with. */
export function returnedItems(round: Round | null): readonly ReturnItem[] {
  return round?.outcome?.kind === "returned" ? round.outcome.items : [];
}
