import { expect, it } from "vitest";

import { pinProblem } from "../portal/session/pin";
import { en as portalEn } from "../portal/texts/en";
import { zh as portalZh } from "../portal/texts/zh";
import { masked } from "./mask";
import { en as sharedEn } from "./texts/en";
import { zh as sharedZh } from "./texts/zh";

/** A text with something in its gaps: numbers stand for names too, and a list where one is wanted. */
function spoken(text: (...args: unknown[]) => string): string {
  try {
    return text(2, 3);
  } catch {
    return text(["2", "3"]);
  }
}

/** Every text with its path. */
function textsOf(value: unknown, path = ""): [path: string, text: string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") return [[path, spoken(value as (...args: unknown[]) => string)]];
  return Object.entries(value as object).flatMap(([key, each]) => textsOf(each, `${path}/${key}`));
}

const CATALOGUES = [
  ["shared", sharedZh, sharedEn],
  ["portal", portalZh, portalEn],
] as const;

it.each(CATALOGUES)("%s: every text is there in both languages", (_, zh, en) => {
  const paths = (catalogue: unknown) => textsOf(catalogue).map(([path]) => path).sort();
  expect(paths(en)).toEqual(paths(zh));
  expect([...textsOf(zh), ...textsOf(en)].filter(([, text]) => text.trim() === "")).toEqual([]);
});

it.each(CATALOGUES)("%s: no Chinese is left in the English texts", (_, _zh, en) => {
  const chinese = textsOf(en).filter(([path, text]) => /\p{Script=Han}/u.test(text) && path !== "/settings/languages/zh-CN");
  expect(chinese).toEqual([]);
});

it("masks as much as the value's kind asks", () => {
  expect(masked("110101199003074514", "id")).toBe("110***********4514");
  expect(masked("6222020000000000000", "card")).toBe("622202*********0000");
  expect(masked("13800005678", "phone")).toBe("138****5678");
  expect(masked("王小明", "name")).toBe("王*");
  expect(masked("1234567", "phone")).toBe("*******");
});

it("knows simple PINs as the vault does", () => {
  expect(pinProblem("13579")).toBe("pin_length");
  expect(pinProblem("1234567890123")).toBe("pin_length");
  expect(pinProblem("13579a")).toBe("pin_not_digits");
  expect(pinProblem("777777")).toBe("pin_repeated");
  expect(pinProblem("890123")).toBe("pin_sequence");
  expect(pinProblem("321098")).toBe("pin_sequence");
  expect(pinProblem("135790")).toBeNull();
});
