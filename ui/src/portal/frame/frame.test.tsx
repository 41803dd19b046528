import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";

import { sayChanged, sayCloseRequested } from "../../testing/events";
import { expectAccessible, openPortal } from "../../testing/render";
import { answer, callsOf } from "../../testing/shell";
import { guest, line, outbox, safety, session, workbench } from "../../testing/views";

it("tells a guest that drafts stay here, and starts the first one without a sign-in", async () => {
  answer("session_state", guest);
  answer("workbench_show", () => ({ counts: [], next: [] }));
  answer("case_create", () => ({ case_id: "new" }));
  const { user } = openPortal();
  expect(await screen.findByText("草稿只保存在本机；登录后自动归入你的账户")).toBeTruthy();
  await user.click(await screen.findByRole("button", { name: "开始填写" }));
  await waitFor(() => expect(window.location.hash).toBe("#/cases/new/edit"));
});

it("tells how long new cases can be begun without the backend, and when they can't any more", async () => {
  answer("session_state", () => session({ new_cases: { state: "ending", days_left: 0 } }));
  openPortal();
  expect(await screen.findByText("如果一直不联网，不到一天后就不能新建进件")).toBeTruthy();
  answer("session_state", () => session({ new_cases: { state: "offline_too_long" } }));
  sayChanged({ changed: "session" });
  expect(await screen.findByText(/请先联网再新建进件/)).toBeTruthy();
  expect(screen.queryByText(/不到一天/)).toBeNull();
});

it("says that the backend has news for a later version, until there is none", async () => {
  answer("outbox_show", () => outbox({ update_needed: true }));
  openPortal();
  expect(await screen.findByText(/^后台有新消息，这个版本读不懂/)).toBeTruthy();
  answer("outbox_show", () => outbox());
  sayChanged({ changed: "outbox" });
  await waitFor(() => expect(screen.queryByText(/读不懂/)).toBeNull());
});

it("shows what to do next, most urgent first, and no finding for a screen reader", async () => {
  openPortal();
  const next = await screen.findByRole("region", { name: "接下来要办" });
  const links = within(next).getAllByRole("link", { name: /^打开/ });
  expect(links.map((link) => link.textContent)).toEqual(["晨曦面包坊", "未命名商户"]);
  expect(screen.getByText(/^7 个案件只在这台电脑上/)).toBeTruthy();
  await expectAccessible();
});

it("leaves statuses without cases out", async () => {
  openPortal();
  const counts = await screen.findByRole("region", { name: "案件状态" });
  expect(within(counts).getAllByRole("link")).toHaveLength(2);
  expect(workbench().counts).toHaveLength(3);
});

it("jumps to a case by its number with the keyboard alone", async () => {
  answer("case_list", ({ query }) => {
    const { text } = query as { text: string };
    const cases = text === "R7" ? [line({ case_id: "c9", name: "茶馆", status: "accepted", receipt_number: "R7" })] : [];
    return { cases, next: null, total: cases.length };
  });
  const { user } = openPortal();
  await screen.findByRole("heading", { name: "工作台" });
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await screen.findByRole("combobox", { name: /输入商户名称/ }), "R7");
  await screen.findByRole("option", { name: /茶馆/ });
  await user.keyboard("{Enter}");
  await waitFor(() => expect(window.location.hash).toBe("#/cases/c9"));
});

it("asks before quitting with work that exists only here, and quits when told to", async () => {
  answer("app_quit", () => true);
  const { user } = openPortal();
  await screen.findByRole("heading", { name: "工作台" });
  sayCloseRequested(safety());
  const dialog = await screen.findByRole("dialog", { name: "现在退出？" });
  expect(dialog.textContent).toContain("有 7 个案件只保存在这台电脑上");
  await user.click(within(dialog).getByRole("button", { name: "仍然退出" }));
  expect(callsOf("app_quit")).toMatchObject([{ headers: { confirmed: "true" } }]);
});

it("keeps the way back from an unknown page", async () => {
  const { user } = openPortal("/nowhere");
  await user.click(await screen.findByRole("button", { name: "回到工作台" }));
  expect(await screen.findByRole("heading", { name: "工作台" })).toBeTruthy();
});
