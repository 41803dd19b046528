import { act, screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";

import { sayChanged } from "../../testing/events";
import { expectAccessible, openPortal } from "../../testing/render";
import { answer, callsOf, failure } from "../../testing/shell";
import { operation, outbox } from "../../testing/views";

const stuck = operation({
  op_id: "o2",
  name: "老街火锅店",
  state: "attention",
  attempts: 1,
  problem: { code: "invalid", fields: [{ path: "/licence/number", problem: "bad_check_digit" }] },
});

it("sets apart what needs a person, with the reason in plain words and the fields by name", async () => {
  answer("outbox_show", () => outbox({ items: [operation(), stuck] }));
  answer("outbox_retry", () => outbox({ items: [operation()] }));
  const { user } = openPortal("/sync");
  const group = await screen.findByRole("region", { name: "需要处理" });
  expect(group.textContent).toContain("后台检查没有通过");
  expect(group.textContent).toContain("统一社会信用代码");
  expect(screen.getByRole("link", { name: /同步.*1/ })).toBeTruthy();
  await expectAccessible();
  await user.click(within(group).getByRole("button", { name: "重试 老街火锅店" }));
  expect(callsOf("outbox_retry")).toEqual([{ op_id: "o2" }]);
  expect(screen.queryByRole("region", { name: "需要处理" })).toBeNull();
});

it.each([
  { items: [stuck, operation()], group: "等待发送" },
  { items: [stuck], group: "需要处理" },
])("says below $group how many more wait than it lists", async ({ items, group }) => {
  answer("outbox_show", () => outbox({ items, more: 9700 }));
  openPortal("/sync");
  const notes = await screen.findAllByText("后面还有 9700 项等待发送，这里没有列出");
  expect(notes).toHaveLength(1);
  expect(within(screen.getByRole("region", { name: group })).getByText(/9700/)).toBe(notes[0]);
});

it("moves the bar by the shell's events, with no reading anew", async () => {
  answer("outbox_show", () => outbox({ items: [operation({ op_id: "moving", state: "sending" })] }));
  openPortal("/sync");
  expect(await screen.findByText("500 KB / 2.0 MB")).toBeTruthy();
  const read = callsOf("outbox_show").length;
  const moved = { bytes_sent: 1_500_000, bytes_total: 2_000_000, bytes_per_s: 120_000, seconds_left: 5 };
  act(() => sayChanged({ changed: "progress", op_id: "moving", ...moved }));
  expect(screen.getByText("1.5 MB / 2.0 MB")).toBeTruthy();
  expect(screen.getByText("120 KB/秒 · 还需约 5 秒")).toBeTruthy();
  act(() => sayChanged({ changed: "progress", op_id: "moving", ...moved, seconds_left: 90 }));
  expect(screen.getByText("120 KB/秒 · 还需约 2 分钟")).toBeTruthy();
  expect(callsOf("outbox_show")).toHaveLength(read);
});

it("tells no speed of what doesn't move", async () => {
  const known = { bytes_per_s: 120_000, seconds_left: 5 };
  answer("outbox_show", () => outbox({ items: [operation({ op_id: "paused", state: "paused", ...known })], paused: true }));
  openPortal("/sync");
  expect(await screen.findByText("500 KB / 2.0 MB")).toBeTruthy();
  expect(screen.queryByText(/还需约/)).toBeNull();
});

it("pauses, resumes and sends now", async () => {
  answer("outbox_show", () => outbox({ items: [operation()] }));
  answer("outbox_pause", ({ paused }) => outbox({ items: [operation()], paused: paused as boolean }));
  answer("outbox_send_now", () => outbox({ received: [operation({ state: "received", receipt_number: "R1" })] }));
  const { user } = openPortal("/sync");
  await user.click(await screen.findByRole("button", { name: "暂停发送" }));
  await user.click(await screen.findByRole("button", { name: "恢复发送" }));
  expect(callsOf("outbox_pause")).toEqual([{ paused: true }, { paused: false }]);
  await user.click(screen.getByRole("button", { name: "立即发送" }));
  expect(await screen.findByText("回执号 R1")).toBeTruthy();
});

it("shows a code it doesn't know rather than nothing", async () => {
  answer("outbox_show", () => outbox({ items: [{ ...stuck, problem: { code: "new_rule", fields: [] } }] }));
  openPortal("/sync");
  expect(await screen.findByText(/后台没有接受（new_rule）/)).toBeTruthy();
});

it("leads to the sign-in when sending waits for it", async () => {
  answer("outbox_show", () => outbox({ online: "sign_in_needed", items: [operation({ state: "auth" })] }));
  const { user } = openPortal("/sync");
  await user.click(await screen.findByRole("button", { name: "去登录" }));
  expect(window.location.hash).toBe("#/sign-in");
});

it("exports for a courier, says what went out, and that it keeps waiting", async () => {
  answer("outbox_show", () => outbox({ items: [operation()] }));
  let wrong = true;
  answer("courier_export", () => {
    if (wrong) throw failure("wrong_pin");
    return { package_id: "p1", operations: 2, photos: 12, content_bytes: 3_600_000, left: 0 };
  });
  const { user } = openPortal("/sync");
  const courier = await screen.findByRole("region", { name: "随身包" });
  await user.click(within(courier).getByRole("button", { name: "导出随身包" }));
  const dialog = await screen.findByRole("dialog", { name: "导出随身包" });
  await user.click(within(dialog).getByRole("button", { name: "选择保存位置" }));
  expect(await within(dialog).findByText("请填写")).toBeTruthy();
  expect(callsOf("courier_export")).toEqual([]);
  await user.type(within(dialog).getByLabelText("本机 PIN"), "111111{Enter}");
  expect(await within(dialog).findByText(/PIN 不正确|PIN 错误/)).toBeTruthy();
  wrong = false;
  await user.type(within(dialog).getByLabelText("本机 PIN"), "246810{Enter}");
  expect((await within(courier).findByRole("status")).textContent).toContain("已导出 2 项、12 张照片");
  const opener = within(courier).getByRole("button", { name: "导出随身包" });
  await waitFor(() => expect(document.activeElement).toBe(opener));
  await expectAccessible();
});

it.each([
  { what: "no file when nothing waits", view: outbox({ items: [] }), disabled: [true, false, false] },
  {
    what: "nothing of a guest",
    view: outbox({ items: [operation()], online: "not_enrolled" }),
    disabled: [true, true, true],
  },
])("asks for $what", async ({ view, disabled }) => {
  answer("outbox_show", () => view);
  openPortal("/sync");
  const courier = await screen.findByRole("region", { name: "随身包" });
  const buttons = within(courier).getAllByRole<HTMLButtonElement>("button");
  expect(buttons.map((button) => button.disabled)).toEqual(disabled);
});

it("names the altered file of a package, and says nothing when the dialog was closed", async () => {
  answer("courier_import", () => {
    throw failure("package_altered", [{ path: "/file", problem: "photos/ab12" }]);
  });
  answer("courier_receipts", () => null);
  const { user } = openPortal("/sync");
  const courier = await screen.findByRole("region", { name: "随身包" });
  await user.click(within(courier).getByRole("button", { name: "转交随身包" }));
  expect((await within(courier).findByRole("status")).textContent).toContain("photos/ab12");
  await user.click(within(courier).getByRole("button", { name: "导入回执" }));
  expect(within(courier).queryByRole("status")).toBeNull();
});

it("says which receipts were new and what is still open", async () => {
  answer("courier_receipts", () => ({ received: 3, known: 1, refused: 1, waiting: 0 }));
  const { user } = openPortal("/sync");
  const courier = await screen.findByRole("region", { name: "随身包" });
  await user.click(within(courier).getByRole("button", { name: "导入回执" }));
  expect((await within(courier).findByRole("status")).textContent).toBe("新接收 3 项，此前已接收 1 项。 1 项需要处理");
});

it("says when photos wait for the day's budget, and sends them anyway when asked to", async () => {
  const metered = { limit_bytes: 10_000_000, sent_bytes: 9_900_000, lifted: false, used_up: true };
  const waiting = operation({ problem: { code: "budget_spent", fields: [] } });
  answer("outbox_show", () => outbox({ items: [waiting], metered }));
  answer("outbox_send_anyway", () => outbox({ items: [operation()], metered: { ...metered, lifted: true, used_up: false } }));
  const { user } = openPortal("/sync");
  expect(await screen.findByText(/今天的流量已用完/)).toBeTruthy();
  expect(screen.getByText(/表单已送达，照片明天继续/)).toBeTruthy();
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: "今天仍然发送照片" }));
  expect(callsOf("outbox_send_anyway")).toHaveLength(1);
  expect(screen.queryByText(/今天的流量已用完/)).toBeNull();
});
