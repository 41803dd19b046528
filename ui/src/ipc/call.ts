// The one way into the shell. Tests replace this module.

import { invoke } from "@tauri-apps/api/core";

import type { CommandError } from "./bindings";

/** Why a command failed: `error` has the code that people's texts are chosen by. */
export class CommandFailed extends Error {
  readonly error: CommandError;

  constructor(error: CommandError) {
    super(error.code);
    this.name = "CommandFailed";
    this.error = error;
  }
}

/** Calls a command with JSON arguments. Rejects with `CommandFailed`. */
export async function call<T>(command: string, args: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (cause) {
    throw new CommandFailed(commandError(cause));
  }
}

/** Calls a command with bytes and headers. Rejects with `CommandFailed`. */
export async function callRaw<T>(command: string, body: Uint8Array, headers: Record<string, string>): Promise<T> {
  try {
    return await invoke<T>(command, body, { headers });
  } catch (cause) {
    throw new CommandFailed(commandError(cause));
  }
}

/** What was thrown, as the error of a command; whatever isn't one is the portal's own fault. */
export function commandError(thrown: unknown): CommandError {
  if (thrown instanceof CommandFailed) return thrown.error;
  if (isCommandError(thrown)) return thrown;
  return { code: "internal", fields: [], retryable: false, incident: null };
}

function isCommandError(value: unknown): value is CommandError {
  return typeof value === "object" && value !== null && "code" in value && "fields" in value && "retryable" in value;
}
