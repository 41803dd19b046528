// A command's error in words.

import type { CommandError } from "../ipc/bindings";
import { commandError } from "../ipc/call";
import { ErrorPanel } from "../shared/components/ErrorPanel";
import { type SharedTexts, useSharedTexts } from "../shared/texts";
import { type PortalTexts, usePortalTexts } from "./texts";

/** The text of an error, with what its fields add to it. */
export function errorMessage(shared: SharedTexts, texts: PortalTexts, error: CommandError): string {
  const detail = texts.errorDetails;
  const wait_s = Number(fieldOf(error, "/retry_after_s") ?? 0);
  const left = fieldOf(error, "/attempts_left");
  const base = shared.errors[error.code];
  switch (error.code) {
    case "wrong_pin":
      if (wait_s > 0) return `${base}${detail.wait(wait_s)}`;
      return left && left !== "0" ? `${base}${detail.left(Number(left))}` : base;
    case "pin_delayed":
      return wait_s > 0 ? `${base}${detail.wait(wait_s)}` : base;
    case "weak_pin":
      return textOf(detail.pin, fieldOf(error, "/pin")) ?? base;
    case "wrong_recovery_code":
      return textOf(detail.recoveryCode, fieldOf(error, "/recovery_code")) ?? base;
    case "package_altered": {
      const file = fieldOf(error, "/file");
      return file === undefined ? base : texts.sync.courier.altered(base, file);
    }
    case "refused":
      return textOf(texts.sendProblems, fieldOf(error, "/code")) ?? base;
    default:
      return base;
  }
}

/** Seconds to wait before another PIN is accepted; 0 = none. */
export function pinWait_s(error: CommandError): number {
  return Number(fieldOf(error, "/retry_after_s") ?? 0);
}

/** `errorMessage` for whatever was thrown, in the window's language. */
export function useErrorMessage(): (thrown: unknown) => string {
  const shared = useSharedTexts();
  const texts = usePortalTexts();
  return (thrown) => errorMessage(shared, texts, commandError(thrown));
}

interface Props {
  thrown: unknown;
  onRetry?: () => void;
}

/** An error panel for whatever a command threw. */
export function CommandErrorPanel({ thrown, onRetry }: Props) {
  const message = useErrorMessage();
  return <ErrorPanel message={message(thrown)} incident={commandError(thrown).incident} onRetry={onRetry} />;
}

function fieldOf(error: CommandError, path: string): string | undefined {
  return error.fields.find((field) => field.path === path)?.problem;
}

function textOf(texts: Record<string, string>, code: string | undefined): string | undefined {
  return code === undefined ? undefined : texts[code];
}
