// Answers commands in the shell's place and remembers what was asked.

import type { CommandCode, CommandError, FieldProblem } from "../ipc/bindings";
import { CommandFailed } from "../ipc/call";
import * as views from "./views";

type Args = Record<string, unknown>;
type Answer = (args: Args) => unknown;

interface Asked {
  command: string;
  args: Args;
}

let answers: Record<string, Answer> = {};
let asked: Asked[] = [];

export function resetShell(): void {
  answers = {
    settings_read: () => views.settings(),
    settings_write: ({ settings }) => settings,
    session_state: () => views.session(),
    app_info: () => views.info(),
    app_safety: () => views.safety(),
    outbox_show: () => views.outbox(),
    workbench_show: () => views.workbench(),
    case_list: () => views.casePage(),
    app_selfcheck: () => views.checks(),
    contract_show: () => views.contract(),
  };
  asked = [];
}

/** Replaces the answer to `command`. */
export function answer(command: string, give: Answer): void {
  answers[command] = give;
}

/** What a command throws. */
export function failure(code: CommandCode, fields: FieldProblem[] = []): CommandFailed {
  const error: CommandError = { code, fields, retryable: false, incident: null };
  return new CommandFailed(error);
}

/** The arguments of every call of `command` so far. */
export function callsOf(command: string): Args[] {
  return asked.filter((each) => each.command === command).map(({ args }) => args);
}

export function call(command: string, args: Args): Promise<unknown> {
  asked.push({ command, args });
  const give = answers[command];
  if (!give) return Promise.reject(new Error(`the test has no answer to ${command}`));
  return new Promise((resolve) => resolve(give(args)));
}
