import { describe, expect, it } from "vitest";

import { splitPasted } from "./pasted";

const WHOLE = { name: "林小满", phone: "13900001111", address: "文三路188号2幢101室" };

describe("a pasted contact", () => {
  it.each([
    "林小满 13900001111 文三路188号2幢101室",
    "文三路188号2幢101室 林小满 13900001111",
    "林小满，139-0000-1111，文三路188号2幢101室",
    "联系人：林小满\n手机：+86 139 0000 1111\n地址：文三路188号2幢101室",
    "姓名:林小满\t电话:１３９００００１１１１\t详细地址:文三路188号2幢101室",
    "13900001111;林小满;文三路188号2幢101室",
  ])("is split: %s", (text) => {
    expect(splitPasted(text)).toEqual(WHOLE);
  });

  it("keeps English words together", () => {
    const text = "Lin Xiaoman, 139 0000 1111, 188 Wensan Road, Xihu District";
    expect(splitPasted(text)).toEqual({
      name: "Lin Xiaoman",
      phone: "13900001111",
      address: "188 Wensan Road Xihu District",
    });
  });

  it("takes a fixed line with its area code", () => {
    expect(splitPasted("林小满 0571-87654321")).toEqual({ name: "林小满", phone: "0571-87654321" });
  });
});

describe("an ordinary paste stays one", () => {
  it.each(["林小满", "13900001111", "文三路188号2幢101室", "91330106MA2CQWER1X", "", "330106198805121234"])("%s", (text) => {
    expect(splitPasted(text)).toBeNull();
  });
});
