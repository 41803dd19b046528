import { describe, expect, it } from "vitest";

import { fenToYuan, percentToRate, rateToPercent, yuanToFen } from "./amounts";

describe("rates", () => {
  it("come back as they were, for every rate up to 10 %", () => {
    for (let rate = 0; rate <= 100_000; rate++) {
      const text = rateToPercent(rate);
      expect(text).toMatch(/^\d+\.\d{2,4}$/);
      if (percentToRate(text) !== rate) throw new Error(`${rate} became ${text}`);
    }
  });

  it.each([
    ["0.6", 6000],
    ["0.38%", 3800],
    ["．5", 5000],
    ["０。６", 6000],
    [" 1 ", 10_000],
    ["0.12340", 1234],
  ])("%s is read", (text, rate) => {
    expect(percentToRate(text)).toBe(rate);
  });

  it.each(["", ".", "0.12345", "六", "-1", "1e3", "1.2.3"])("%j is not a rate", (text) => {
    expect(percentToRate(text)).toBeNull();
  });
});

describe("amounts", () => {
  it("come back as they were", () => {
    for (let fen = 0; fen <= 1_000_000; fen += 7) {
      if (yuanToFen(fenToYuan(fen)) !== fen) throw new Error(`${fen} became ${fenToYuan(fen)}`);
    }
  });

  it("are written as people write them", () => {
    expect([0, 5, 2000, 2050, 123_456].map(fenToYuan)).toEqual(["0", "0.05", "20", "20.50", "1234.56"]);
  });

  it("have no third decimal", () => {
    expect(yuanToFen("20.005")).toBeNull();
    expect(yuanToFen("20.500")).toBe(2050);
  });
});
