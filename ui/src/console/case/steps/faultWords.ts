// What is wrong with a report, in words.

import type { FieldError } from "../../apiTypes";
import type { ConsoleTexts } from "../../texts";
import { MOST } from "./report";

/** At the field that is called `field`. */
export function faultWords(texts: ConsoleTexts, fault: FieldError, field: string, maxTerminals: number): string {
  const { steps, errors } = texts;
  const member = fault.pointer.slice(fault.pointer.lastIndexOf("/") + 1);
  if (member === "topics" && fault.code === "required") return steps.noTopic;
  if (member === "trained_on" && fault.code === "bad_format") return steps.badDay(field);
  const words = (steps.faults as Partial<Record<string, (field: string, most: number) => string>>)[fault.code];
  const most = member === "terminals" ? maxTerminals : ((MOST as Partial<Record<string, number>>)[member] ?? 0);
  return words ? words(field, most) : errors.invalid;
}

/** Of what no field of the form holds. */
export function unplacedWords({ steps, errors }: ConsoleTexts, { pointer, code }: FieldError): string {
  if (code === "not_printable") return steps.notPrintable;
  return pointer === "/contract" && code === "required" ? steps.contractMissing : errors.invalid;
}
