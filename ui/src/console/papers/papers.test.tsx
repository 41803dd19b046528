import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { startLanguage } from "../../shared/i18n";
import type { PaperView } from "../apiTypes";
import { Console } from "../Console";
import { addPaper, Backend } from "../testing/backend";

let backend: Backend;
let paper: PaperView;
let user: UserEvent;

beforeEach(() => {
  backend = new Backend();
  backend.signedIn = true;
  paper = addPaper(backend);
  user = userEvent.setup({ delay: null, pointerEventsCheck: 0 });
  vi.stubGlobal("fetch", backend.fetch);
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:scan", revokeObjectURL: () => undefined }));
  startLanguage("zh-CN");
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open(path: string): void {
  render(
    <MemoryRouter initialEntries={[path]}>
      <Console look={{ language: "zh-CN", theme: "light" }} />
    </MemoryRouter>,
  );
}

const decisions = () => backend.seen.filter(({ method }) => method === "POST").map(({ path, body }) => ({ path, body }));

it("leads from the queue to the scans beside the document", async () => {
  open("/");
  await user.click(await screen.findByRole("link", { name: "纸面合同待核对 1 份" }));
  await user.click(await screen.findByRole("link", { name: "禾田面馆" }));
  expect(await screen.findByRole("heading", { name: "禾田面馆" })).toBeTruthy();
  expect(screen.getByText("应由 林小禾 签署")).toBeTruthy();
  expect(screen.getByText("工作人员扫描")).toBeTruthy();
  expect(screen.getByRole("region", { name: "应签署的文件" })).toBeTruthy();
  const scans = screen.getByRole("complementary", { name: "扫描件" });
  const current = () => scans.querySelector("[aria-current=true]")?.getAttribute("aria-label");
  expect(current()).toBe("第 1 / 3 页的扫描件");
  await user.keyboard("]");
  expect(current()).toBe("第 2 / 3 页的扫描件");
  await user.click(within(scans).getByRole("button", { name: "第 3 / 3 页的扫描件" }));
  await user.keyboard("]");
  expect(current()).toBe("第 3 / 3 页的扫描件");
  await waitFor(() => expect(backend.seen.map(({ path }) => path)).toContain(`/paper-contract/${paper.op_id}/document`));
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map(({ id }) => id)).toEqual([]);
});

it("accepts nothing of which not everything was ticked", async () => {
  open(`/paper-contract/${paper.op_id}`);
  await user.click(await screen.findByRole("button", { name: "核对无误" }));
  const dialog = await screen.findByRole("dialog");
  const confirm = within(dialog).getByRole("button", { name: "确认，由收单机构签署" });
  const checks = within(dialog).getAllByRole("checkbox");
  expect(checks).toHaveLength(3);
  expect(within(dialog).getByText(/《个人信息处理同意书》/)).toBeTruthy();
  for (const check of checks) {
    expect(confirm.hasAttribute("disabled")).toBe(true);
    await user.click(check);
  }
  await user.click(confirm);
  expect(await screen.findByText("没有待核对的纸面合同")).toBeTruthy();
  expect(decisions()).toEqual([{ path: `/paper-contract/${paper.op_id}`, body: { verdict: "accept" } }]);
});

it("returns with words that the other side sees", async () => {
  open(`/paper-contract/${paper.op_id}`);
  await user.click(await screen.findByRole("button", { name: "退回" }));
  const dialog = await screen.findByRole("dialog");
  const send = within(dialog).getByRole("button", { name: "退回" });
  await user.click(send);
  expect(await within(dialog).findByText("请写明原因")).toBeTruthy();
  expect(decisions()).toEqual([]);
  await user.type(within(dialog).getByLabelText("原因（对方会看到）"), "第 2 页没有签字");
  await user.click(send);
  expect(await screen.findByText("没有待核对的纸面合同")).toBeTruthy();
  expect(decisions()).toEqual([
    { path: `/paper-contract/${paper.op_id}`, body: { verdict: "return", text: "第 2 页没有签字" } },
  ]);
});

it("leaves the verdict to those who may review", async () => {
  backend.mayReview = false;
  open(`/paper-contract/${paper.op_id}`);
  expect(await screen.findByText("此账号只能查看，不能审核。")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "核对无误" })).toBeNull();
});
