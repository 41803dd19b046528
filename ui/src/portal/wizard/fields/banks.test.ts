import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import type { BankView } from "../../../ipc/bindings";
import { bankOfBranch, bankOfCard, banksLike, isNameOf } from "./banks";

/** The table that ships. */
const banks: BankView[] = readFileSync("../crates/portal-domain/data/banks.tsv", "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [name = "", english = "", branch_prefix = "", cards = ""] = line.split("\t");
    return { name, english, branch_prefix, card_prefixes: cards.split(" ") };
  });

const nameOf = (bank: BankView | undefined) => bank?.name;

describe("a bank", () => {
  it("is known by the first digits of a card, the longest that fit", () => {
    expect(nameOf(bankOfCard(banks, "6217001234567890123"))).toBe("中国建设银行");
    expect(nameOf(bankOfCard(banks, "6228480402564890018"))).toBe("中国农业银行");
    expect(bankOfCard(banks, "62170")).toBeUndefined();
    expect(bankOfCard(banks, "")).toBeUndefined();
    const short = { name: "短", english: "", branch_prefix: "", card_prefixes: ["62000"] };
    const long = { name: "长", english: "", branch_prefix: "", card_prefixes: ["620001"] };
    expect(bankOfCard([long, short], "6200019")).toBe(long);
  });

  it("is known by a branch code that begins with its own", () => {
    expect(nameOf(bankOfBranch(banks, "308584000013"))).toBe("招商银行");
    expect(bankOfBranch(banks, "313332082914")).toBeUndefined();
  });

  it("is found by part of its Chinese or English name, until the name is whole", () => {
    expect(banksLike(banks, "建设").map(nameOf)).toEqual(["中国建设银行"]);
    expect(banksLike(banks, "merchants").map(nameOf)).toContain("招商银行");
    expect(banksLike(banks, "招商银行")).toEqual([]);
  });

  it("may be typed with words around its name", () => {
    const icbc = banksLike(banks, "工商")[0];
    expect(icbc && isNameOf(icbc, "工商银行")).toBe(true);
    expect(icbc && isNameOf(icbc, "中国工商银行股份有限公司")).toBe(true);
    expect(icbc && isNameOf(icbc, "示例银行")).toBe(false);
  });
});
