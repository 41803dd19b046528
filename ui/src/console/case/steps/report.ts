// Reports of steps: what a new one begins with, and where its fields are. What is wrong with one the backend says
// (portal-domain::progress).

import type { Dossier, Limits } from "../../../ipc/bindings";
import type { FieldError, OfficeTrack, StepDone, StepReport, Terminal, Topic } from "../../apiTypes";
import type { StepWriting } from "../../desk/desk";

export const TOPICS: readonly Topic[] = [
  "payments",
  "refunds",
  "reconciliation",
  "care",
  "terminal_duties",
  "fraud",
  "support",
];

/** Most characters of each text, by the member's name, as portal-domain::progress has them: for the words of a refusal. */
export const MOST = {
  note: 1000,
  text: 1000,
  model: 60,
  serial: 40,
  accessories: 200,
  trainee: 60,
  merchant_number: 15,
} as const;

export const DONE = "/report/done";
export const REASON = "/report/text";

/** Swedish writes dates as ISO 8601 does. */
const DAYS = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit" });

/** The day in China, where the trainings are, wherever the browser is. */
export function todayInChina(): string {
  return DAYS.format(new Date());
}

/** The facts of a step before anybody typed them. */
export function blankFacts(track: OfficeTrack, dossier: Dossier, { max_terminals }: Limits): StepDone {
  switch (track) {
    case "verification":
    case "settlement":
    case "channel_registration":
      return { track, note: "" };
    case "terminals": {
      const count = Math.min(max_terminals, Math.max(1, dossier.terminals.count ?? 1));
      return { track, terminals: Array.from({ length: count }, () => ({ model: "", serial: "" })), accessories: "" };
    }
    case "training":
      return { track, trainee: dossier.legal_person.name, trained_on: todayInChina(), topics: [] };
    case "activation":
      return { track, merchant_number: "" };
  }
}

export function trackOf(report: StepReport): OfficeTrack {
  return report.result === "done" ? report.done.track : report.track;
}

/** As it is sent: without spaces around what was typed or scanned. */
export function tidied(step: StepWriting): StepWriting {
  if (step.result === "failed") return { ...step, text: step.text.trim() };
  const { done } = step;
  switch (done.track) {
    case "terminals": {
      const terminals = done.terminals.map(({ model, serial }) => ({ model: model.trim(), serial: serial.trim() }));
      return { ...step, done: { ...done, terminals, accessories: done.accessories.trim() } };
    }
    case "training":
      return { ...step, done: { ...done, trainee: done.trainee.trim(), trained_on: done.trained_on.trim() } };
    case "activation":
      return { ...step, done: { ...done, merchant_number: done.merchant_number.trim() } };
    default:
      return { ...step, done: { ...done, note: done.note.trim() } };
  }
}

/** The fields of the form in their order. */
export function placesOf(step: StepWriting): string[] {
  if (step.result === "failed") return [REASON];
  const { done } = step;
  switch (done.track) {
    case "terminals": {
      const rows = done.terminals.flatMap((_, index) => [terminalPlace(index, "model"), terminalPlace(index, "serial")]);
      return [...rows, `${DONE}/terminals`, `${DONE}/accessories`];
    }
    case "training":
      return [`${DONE}/trainee`, `${DONE}/trained_on`, `${DONE}/topics`];
    case "activation":
      return [`${DONE}/merchant_number`];
    default:
      return [`${DONE}/note`];
  }
}

export function terminalPlace(index: number, member: keyof Terminal): string {
  return `${DONE}/terminals/${String(index)}/${member}`;
}

/** The refusals that still stand: a place whose value changed since is not wrong any more. */
export function standing(errors: readonly FieldError[], sent: StepWriting, now: StepWriting): FieldError[] {
  const same = (pointer: string) => valueAt(sent, pointer) === valueAt(now, pointer);
  return errors.filter(({ pointer }) => same(pointer));
}

/** What a pointer into `{ report }` names, in a form that can be compared. */
function valueAt(report: StepWriting, pointer: string): string {
  let value: unknown = { report };
  for (const member of pointer.split("/").slice(1)) {
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[member] : undefined;
  }
  // In a list, nothing there has a form, too.
  return JSON.stringify([value]);
}
