// Fees as people write them ⇄ the integers that are stored. No floating point: 0.1 + 0.2 has no place in a contract.

/** 1/10000 % to per cent, at least two decimals, at most four: 6000 → "0.60". */
export function rateToPercent(rate: number): string {
  return decimals(rate, 4, 2);
}

/** Per cent to 1/10000 %; null when it isn't a number with at most four decimals. */
export function percentToRate(text: string): number | null {
  return integer(text, 4);
}

/** Fen to yuan, whole or with two decimals: 2000 → "20", 2050 → "20.50". */
export function fenToYuan(fen: number): string {
  const text = decimals(fen, 2, 2);
  return text.endsWith(".00") ? text.slice(0, -3) : text;
}

/** Yuan to fen; null when it isn't an amount with at most two decimals. */
export function yuanToFen(text: string): number | null {
  return integer(text, 2);
}

function decimals(value: number, places: number, least: number): string {
  const digits = String(value).padStart(places + 1, "0");
  const whole = digits.slice(0, -places);
  const fraction = digits.slice(-places).replace(new RegExp(`0{0,${String(places - least)}}$`), "");
  return `${whole}.${fraction}`;
}

function integer(text: string, places: number): number | null {
  const plain = text.normalize("NFKC").replace(/[\s,%¥元]/g, "").replace("。", ".");
  const match = /^(\d{0,9})(?:\.(\d*))?$/.exec(plain);
  const whole = match?.[1] ?? "";
  const fraction = (match?.[2] ?? "").replace(/0+$/, "");
  if (!match || fraction.length > places || (whole === "" && !match[2])) return null;
  return Number(whole + fraction.padEnd(places, "0"));
}
