// Invented numbers with valid check digits.

/** GB 11643-1999. */
export function residentId(division: string, born: string, serial: string): string {
  const digits = division + born + serial;
  const sum = Array.from(digits).reduce((total, digit, i) => total + Number(digit) * (2 ** (17 - i) % 11), 0);
  return digits + ("10X98765432"[sum % 11] ?? "");
}

/** GB 32100-2015. */
export function creditCode(first17: string): string {
  const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const sum = Array.from(first17).reduce((total, sign, i) => total + alphabet.indexOf(sign) * (3 ** i % 31), 0);
  return first17 + (alphabet[(31 - (sum % 31)) % 31] ?? "");
}

/** Luhn. */
export function cardNumber(body: string): string {
  const sum = Array.from(body).reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return body + String((10 - (sum % 10)) % 10);
}
