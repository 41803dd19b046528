// What a new PIN must be, said while it is typed. The vault decides (portal-vault's `check_pin`).

import type { PinProblem } from "../texts/codes";

const MIN_DIGITS = 6;
export const PIN_MAX_DIGITS = 12;

export function pinProblem(pin: string): PinProblem | null {
  if (!/^\d*$/.test(pin)) return "pin_not_digits";
  if (pin.length < MIN_DIGITS || pin.length > PIN_MAX_DIGITS) return "pin_length";
  if (stepsBy(pin, 0)) return "pin_repeated";
  // 9 and 0 are neighbours, as on a keyboard.
  return stepsBy(pin, 1) || stepsBy(pin, 9) ? "pin_sequence" : null;
}

function stepsBy(pin: string, step: number): boolean {
  const digits = Array.from(pin, Number);
  return digits.slice(1).every((digit, index) => digit === ((digits[index] ?? 0) + step) % 10);
}
