import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";

import type { CaseQuery } from "../../ipc/bindings";
import { expectAccessible, openPortal } from "../../testing/render";
import { answer, callsOf, failure } from "../../testing/shell";
import { line } from "../../testing/views";

const queries = () => callsOf("case_list").map(({ query }) => query as CaseQuery);

it("lists cases, says how many there are, and is usable without eyes or mouse", async () => {
  const { user } = openPortal("/cases");
  const table = await screen.findByRole("grid", { name: "案件列表" });
  expect(within(table).getByText("晨曦面包坊")).toBeTruthy();
  expect(screen.getByText("共 2 个")).toBeTruthy();
  await expectAccessible();
  table.focus();
  await user.keyboard("{ArrowDown}{Enter}");
  // A draft opens where it is filled in.
  await waitFor(() => expect(window.location.hash).toBe("#/cases/c2/edit"));
});

it("keeps what is looked for in the address and asks the store for it", async () => {
  const { user } = openPortal("/cases?status=draft");
  await screen.findByRole("grid");
  expect(queries()[0]).toMatchObject({ status: "draft", text: "", sort: "updated", after: null });
  await user.type(screen.getByRole("textbox", { name: /按名称/ }), "火锅");
  await waitFor(() => expect(queries().at(-1)).toMatchObject({ status: "draft", text: "火锅" }));
  expect(new URLSearchParams(window.location.hash.split("?")[1]).get("text")).toBe("火锅");
});

it("reads on by key, and makes only the lines in view", async () => {
  const all = Array.from({ length: 1000 }, (_, index) => line({ case_id: `c${index}`, name: `商户${index}` }));
  answer("case_list", ({ query }) => {
    const { after, limit } = query as CaseQuery;
    const start = Number(after ?? 0);
    const next = start + limit < all.length ? String(start + limit) : null;
    return { cases: all.slice(start, start + limit), next, total: all.length };
  });
  const { user } = openPortal("/cases");
  const table = await screen.findByRole("grid");
  expect(screen.getByText("共 1,000 个")).toBeTruthy();
  expect(within(table).getAllByRole("row").length).toBeLessThan(80);
  expect(queries()).toHaveLength(1);
  table.focus();
  await user.keyboard("{End}");
  table.dispatchEvent(new Event("scroll"));
  await waitFor(() => expect(queries().at(-1)).toMatchObject({ after: "100" }));
});

it("offers to clear filters that nothing matches", async () => {
  answer("case_list", ({ query }) =>
    (query as CaseQuery).text === "" ? { cases: [line()], next: null, total: 1 } : { cases: [], next: null, total: 0 },
  );
  const { user } = openPortal("/cases?text=无");
  await user.click(await screen.findByRole("button", { name: "清除筛选" }));
  expect(await screen.findByText("晨曦面包坊")).toBeTruthy();
  expect(screen.getByRole("textbox", { name: /按名称/ })).toHaveProperty("value", "");
});

it("says why the list can't be read, and reads it when asked again", async () => {
  let broken = true;
  answer("case_list", () => {
    if (broken) throw failure("damaged");
    return { cases: [line()], next: null, total: 1 };
  });
  const { user } = openPortal("/cases");
  expect((await screen.findByRole("alert")).textContent).toContain("数据损坏");
  broken = false;
  await user.click(screen.getByRole("button", { name: "重试" }));
  expect(await screen.findByText("晨曦面包坊")).toBeTruthy();
});
