import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { printPdf } from "../../../shared/components/printPdf";
import { setLanguage, startLanguage } from "../../../shared/i18n";
import type { CaseView } from "../../apiTypes";
import { Console } from "../../Console";
import { accept, Backend, PASSWORD } from "../../testing/backend";
import { CASE_ID } from "../../testing/documents";

// There is neither a canvas nor a printer here.
vi.mock("../../../shared/components/printPdf");

const AT_CASE = `/case/${CASE_ID}`;
/** Everything that terminals, and what comes after them, wait for. */
const SIGNED = { contract: "done", verification: "done" } as const;

let backend: Backend;
let user: UserEvent;

beforeEach(() => {
  backend = new Backend();
  backend.signedIn = true;
  user = userEvent.setup({ delay: null, pointerEventsCheck: 0 });
  vi.stubGlobal("fetch", backend.fetch);
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:paper", revokeObjectURL: () => undefined }));
  startLanguage("zh-CN");
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Opens the steps of the accepted case, with its tracks as given. */
async function openSteps(tracks: Partial<CaseView["tracks"]> = {}): Promise<void> {
  accept(backend, tracks);
  render(
    <MemoryRouter initialEntries={[AT_CASE]}>
      <Console look={{ language: "zh-CN", theme: "light" }} />
    </MemoryRouter>,
  );
  await user.click(await screen.findByText("后续步骤", { selector: "button *" }));
  await screen.findByRole("list", { name: "办理进度" });
}

/** Opens the form of a step, and gives it. */
async function write(action: string, title: string): Promise<HTMLElement> {
  await user.click(await screen.findByLabelText(action));
  return screen.findByRole("dialog", { name: title });
}

/** The line of a step. */
function line(name: string): HTMLElement {
  const found = within(screen.getByRole("list", { name: "办理进度" })).getByText(name).closest("li");
  if (!found) throw new Error(`no line ${name}`);
  return found;
}

/** By label: by role takes seconds on a page this full. */
const field = (dialog: HTMLElement, name: string): HTMLInputElement => within(dialog).getByLabelText(name);
async function press(dialog: HTMLElement, name: string): Promise<void> {
  const words = await within(dialog).findByText(name, { selector: "button *" });
  // Only a click on the button itself submits a form here.
  await user.click(words.closest("button") ?? words);
}
const gone = (title: string) => waitFor(() => expect(screen.queryByRole("dialog", { name: title })).toBeNull());
const sent = () => backend.changes().map(({ path, body }) => ({ path, body }));

describe("the list", () => {
  it("isn't there before the case is accepted", async () => {
    render(
      <MemoryRouter initialEntries={[AT_CASE]}>
        <Console look={{ language: "zh-CN", theme: "light" }} />
      </MemoryRouter>,
    );
    await screen.findByRole("heading", { name: "禾田面馆" });
    expect(screen.queryByText("后续步骤")).toBeNull();
  });

  it("says in words how far each step is and what it waits for", async () => {
    await openSteps();
    const lines = within(screen.getByRole("list", { name: "办理进度" })).getAllByRole("listitem");
    expect(lines.map(({ textContent }) => textContent)).toEqual([
      "审核已完成",
      "签约办理中",
      "线下核查办理中记录完成记录未通过",
      "结算账户核验未开始等待：签约",
      "通道报备未开始等待：签约",
      "机具调试未开始等待：签约、线下核查",
      "装机培训未开始等待：机具调试",
      "开通未开始等待：线下核查、签约、结算账户核验、通道报备、机具调试、装机培训",
    ]);
    const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id }) => id)).toEqual([]);
  });

  it("lets a reader look but not record", async () => {
    backend.mayReview = false;
    const issued = { kind: "training_certificate", number: "PX-1", sha: "ab".repeat(32) } as const;
    const done = { track: "training", trainee: "林小禾", trained_on: "2026-03-01", topics: ["payments", "fraud"] } as const;
    const view = accept(backend, { verification: "failed", contract: "done", terminals: "done", training: "done" });
    view.steps = [
      { at_ms: 0, by: "周审核", report: { result: "failed", track: "verification", text: "门店已搬走" } },
      { at_ms: 0, report: { result: "done", done: { ...done, topics: [...done.topics] } }, issued },
    ];
    await openSteps(view.tracks);
    expect(line("线下核查").textContent).toMatch(/未通过周审核 记录于 .*原因：门店已搬走$/);
    expect(line("装机培训").textContent).toContain("林小禾 · 2026-03-01培训内容：收款；防骗查看培训证书");
    expect(line("结算账户核验").textContent).toBe("结算账户核验办理中");
    expect(screen.queryByLabelText(/^(记录|重新办理)/)).toBeNull();
  });

  it("tries a failed step again, once", async () => {
    await openSteps({ verification: "failed" });
    await user.dblClick(screen.getByLabelText("重新办理 线下核查"));
    expect(await screen.findByLabelText("记录完成 线下核查")).toBeTruthy();
    expect(line("线下核查").textContent).toContain("重新办理 · 周审核 记录于");
    expect(sent()).toEqual([{ path: `${AT_CASE}/step`, body: { rev: 3, report: { result: "reopened", track: "verification" } } }]);
  });

  it("offers to read a case again that moved on", async () => {
    await openSteps({ verification: "failed" });
    const [moved] = backend.cases;
    if (moved) moved.rev = 9;
    await user.click(screen.getByLabelText("重新办理 线下核查"));
    expect(await screen.findByText("案件已有变化，这次没有记录。请重新读取；填写的内容会保留。")).toBeTruthy();
    await user.click(screen.getByText("重新读取", { selector: "button *" }));
    await waitFor(() => expect(screen.queryByText(/这次没有记录/)).toBeNull());
    await user.click(screen.getByLabelText("重新办理 线下核查"));
    expect(await screen.findByLabelText("记录完成 线下核查")).toBeTruthy();
  });
});

describe("a training", () => {
  const TITLE = "记录完成：装机培训";

  it("is recorded exactly as filled in, and gives its certificate", async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 2, 2, 17), toFake: ["Date"] });
    await openSteps({ ...SIGNED, terminals: "done" });
    const dialog = await write("记录完成 装机培训", TITLE);
    expect(field(dialog, "参加人").value).toBe("林小禾");
    // Already tomorrow in China.
    expect(field(dialog, "培训日期").value).toBe("2026-03-03");
    const topics = within(dialog).getAllByRole<HTMLInputElement>("checkbox");
    expect(topics.map(({ checked }) => checked)).toEqual(Array(7).fill(false));
    await user.click(field(dialog, "防骗"));
    await user.click(field(dialog, "收款"));
    await user.clear(field(dialog, "参加人"));
    await user.type(field(dialog, "参加人"), " 周店员 {Enter}{Enter}");
    const show = await screen.findByText("查看培训证书");
    await gone(TITLE);
    const done = { track: "training", trainee: "周店员", trained_on: "2026-03-03", topics: ["payments", "fraud"] };
    expect(sent()).toEqual([{ path: `${AT_CASE}/step`, body: { rev: 3, report: { result: "done", done } } }]);
    expect(line("装机培训").textContent).toContain("已完成周审核 记录于");
    await user.click(show);
    const certificate = await screen.findByRole("dialog", { name: "培训证书 PX-20260302-000001" });
    await waitFor(() => expect(backend.seen.map(({ path }) => path)).toContain(`/blob/${"6b".repeat(32)}`));
    await waitFor(() => expect(within(certificate).getByText("打印").closest("button")?.disabled).toBe(false));
    await press(certificate, "打印");
    await waitFor(() => expect(vi.mocked(printPdf).mock.calls).toEqual([[new Uint8Array([1]).buffer]]));
  });

  it("that was recorded wrongly is put right from what stands", async () => {
    const done = { track: "training", trainee: "林小禾", trained_on: "2026-03-01", topics: ["payments" as const] } as const;
    const view = accept(backend, { ...SIGNED, terminals: "done", training: "done" });
    view.steps = [{ at_ms: 0, report: { result: "done", done: { ...done, topics: [...done.topics] } } }];
    await openSteps(view.tracks);
    const dialog = await write("更正 装机培训", "更正：装机培训");
    expect(field(dialog, "参加人").value).toBe("林小禾");
    await user.clear(field(dialog, "参加人"));
    await user.type(field(dialog, "参加人"), "周店员{Enter}");
    await gone("更正：装机培训");
    const report = { result: "done", done: { ...done, trainee: "周店员" } };
    expect(sent()).toEqual([{ path: `${AT_CASE}/step`, body: { rev: 3, report } }]);
    expect(line("装机培训").textContent).toContain("周店员");
  });

  it("of nothing, or of tomorrow, is refused at its fields", async () => {
    await openSteps({ ...SIGNED, terminals: "done" });
    const dialog = await write("记录完成 装机培训", TITLE);
    const errors = [
      { pointer: "/report/done/topics", code: "required" },
      { pointer: "/report/done/trained_on", code: "in_future" },
    ];
    backend.refusing = { status: 422, code: "invalid", errors };
    await press(dialog, "记录完成");
    expect(await within(dialog).findByText("请至少勾选一项培训内容")).toBeTruthy();
    expect(within(dialog).getByText("“培训日期”不能晚于今天")).toBeTruthy();
    // The first of the form, whatever came first.
    await waitFor(() => expect(document.activeElement).toBe(field(dialog, "培训日期")));
    await user.click(field(dialog, "收款"));
    await waitFor(() => expect(within(dialog).queryByText("请至少勾选一项培训内容")).toBeNull());
    expect(within(dialog).getByText("“培训日期”不能晚于今天")).toBeTruthy();
  });
});

describe("terminals", () => {
  const TITLE = "记录完成：机具调试";

  async function openTerminals(): Promise<HTMLElement> {
    await openSteps(SIGNED);
    return write("记录完成 机具调试", TITLE);
  }

  it("are named by their type plates: a wrong serial number is named at its field", async () => {
    const dialog = await openTerminals();
    await user.type(field(dialog, "机具 1 型号"), "P1");
    await user.type(field(dialog, "机具 1 序列号"), "SN 1");
    await user.type(field(dialog, "配件"), "电源 1 个");
    const errors = [{ pointer: "/report/done/terminals/0/serial", code: "bad_format" }];
    backend.refusing = { status: 422, code: "invalid", errors };
    await press(dialog, "记录完成");
    const serial = field(dialog, "机具 1 序列号");
    const fault = await within(dialog).findByText("“机具 1 序列号”只能用字母、数字和连字符（-）");
    expect(serial.getAttribute("aria-describedby")).toBe(fault.id);
    await waitFor(() => expect(document.activeElement).toBe(serial));
    const { violations } = await axe.run(dialog, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id }) => id)).toEqual([]);
  });

  it("have as many rows as terminals, which are added and removed", async () => {
    const [view] = backend.cases;
    if (view) view.dossier = { ...view.dossier, terminals: { count: 2 } };
    const dialog = await openTerminals();
    await user.type(field(dialog, "机具 2 型号"), "P2");
    await press(dialog, "增加一台机具");
    expect(field(dialog, "机具 3 型号").value).toBe("P2");
    await waitFor(() => expect(document.activeElement).toBe(field(dialog, "机具 3 序列号")));
    await user.type(field(dialog, "机具 3 序列号"), "SN-3");
    await user.click(field(dialog, "移除机具 1"));
    await user.type(field(dialog, "机具 1 序列号"), "sn-3");
    const errors = [{ pointer: "/report/done/terminals/1/serial", code: "duplicate" }];
    backend.refusing = { status: 422, code: "invalid", errors };
    await user.type(field(dialog, "配件"), "打印纸 2 卷{Enter}");
    expect(await within(dialog).findByText("“机具 2 序列号”与上面重复")).toBeTruthy();
    await user.clear(field(dialog, "机具 1 序列号"));
    await user.type(field(dialog, "机具 1 序列号"), "SN-2{Enter}");
    expect(await screen.findByText("查看机具保管单")).toBeTruthy();
    const terminals = [
      { model: "P2", serial: "SN-2" },
      { model: "P2", serial: "SN-3" },
    ];
    const done = { track: "terminals", terminals, accessories: "打印纸 2 卷" };
    expect(sent().at(-1)?.body).toEqual({ rev: 3, report: { result: "done", done } });
  });

  it("keeps what was typed, and says at the field what the backend refuses", async () => {
    const dialog = await openTerminals();
    await user.type(field(dialog, "机具 1 型号"), "P1");
    await user.type(field(dialog, "机具 1 序列号"), "SN-1");
    await user.type(field(dialog, "配件"), "电源 1 个");
    const errors = [{ pointer: "/report/done/terminals/0/serial", code: "not_printable" }];
    backend.refusing = { status: 422, code: "invalid", errors };
    await press(dialog, "记录完成");
    expect(await within(dialog).findByText("“机具 1 序列号”有无法打印的字符，请改写")).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(field(dialog, "机具 1 序列号")));
    expect(field(dialog, "机具 1 型号").value).toBe("P1");
    expect(field(dialog, "配件").value).toBe("电源 1 个");
    await user.type(field(dialog, "机具 1 序列号"), "X");
    await waitFor(() => expect(within(dialog).queryByText(/无法打印/)).toBeNull());
    await press(dialog, "记录完成");
    await gone(TITLE);
    expect(sent()).toHaveLength(2);
  });

  it("can't be recorded before a contract is in effect, nor without a network, and nothing is lost", async () => {
    const dialog = await openTerminals();
    await user.type(field(dialog, "机具 1 型号"), "P1");
    await user.type(field(dialog, "机具 1 序列号"), "SN-1");
    await user.type(field(dialog, "配件"), "电源 1 个");
    backend.refusing = { status: 422, code: "invalid", errors: [{ pointer: "/contract", code: "required" }] };
    await press(dialog, "记录完成");
    expect(await within(dialog).findByText(/^合同还没有生效/)).toBeTruthy();
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
    await press(dialog, "记录完成");
    expect(await within(dialog).findByText("连不上后台，请检查网络后重试")).toBeTruthy();
    expect(field(dialog, "机具 1 序列号").value).toBe("SN-1");
    vi.stubGlobal("fetch", backend.fetch);
    await press(dialog, "记录完成");
    expect(await screen.findByText("查看机具保管单")).toBeTruthy();
  });

  it("are still in the form after signing in again", async () => {
    const dialog = await openTerminals();
    await user.type(field(dialog, "机具 1 型号"), "P1");
    await user.type(field(dialog, "机具 1 序列号"), "SN-1");
    await user.type(field(dialog, "配件"), "电源 1 个");
    backend.signedIn = false;
    await press(dialog, "记录完成");
    await user.type(await screen.findByLabelText("账号"), "reviewer");
    await user.type(screen.getByLabelText("密码"), `${PASSWORD}{Enter}`);
    const again = await screen.findByRole("dialog", { name: TITLE });
    expect(field(again, "机具 1 序列号").value).toBe("SN-1");
    await press(again, "记录完成");
    expect(await screen.findByText("查看机具保管单")).toBeTruthy();
  });

  it("reads a case again that moved on, and keeps the form unless the step is done", async () => {
    const dialog = await openTerminals();
    await user.type(field(dialog, "机具 1 型号"), "P1");
    await user.type(field(dialog, "机具 1 序列号"), "SN-1");
    await user.type(field(dialog, "配件"), "电源 1 个");
    const [moved] = backend.cases;
    if (moved) moved.rev = 9;
    await press(dialog, "记录完成");
    await press(dialog, "重新读取");
    await waitFor(() => expect(within(dialog).queryByText(/这次没有记录/)).toBeNull());
    expect(field(dialog, "机具 1 序列号").value).toBe("SN-1");
    accept(backend, { terminals: "done" }).rev = 12;
    await press(dialog, "记录完成");
    await press(dialog, "重新读取");
    expect(await within(dialog).findByText("这一步已不在办理中，填写的内容无法记录。")).toBeTruthy();
    await press(dialog, "取消");
    await gone(TITLE);
    expect(line("机具调试").textContent).toBe("机具调试已完成");
  });
});

describe("a failure", () => {
  it("is recorded only with a reason", async () => {
    await openSteps();
    const title = "记录未通过：线下核查";
    const dialog = await write("记录未通过 线下核查", title);
    const errors = [{ pointer: "/report/text", code: "required" }];
    backend.refusing = { status: 422, code: "invalid", errors };
    await press(dialog, "记录未通过");
    expect(await within(dialog).findByText("请填写“原因（商户会看到）”")).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(field(dialog, "原因（商户会看到）")));
    await user.type(field(dialog, "原因（商户会看到）"), " 门店已搬走{Control>}{Enter}{/Control}");
    await gone(title);
    expect(line("线下核查").textContent).toContain("原因：门店已搬走");
    expect(sent().at(-1)?.body).toEqual({
      rev: 3,
      report: { result: "failed", track: "verification", text: "门店已搬走" },
    });
  });
});

it("records a note, and a merchant number, in English", async () => {
  await openSteps({
    contract: "done",
    settlement: "done",
    channel_registration: "done",
    terminals: "done",
    training: "done",
  });
  setLanguage("en");
  const note = await write("Record as done: On-site verification", "Record as done: On-site verification");
  await user.type(field(note, "Note (optional)"), "Seen");
  await press(note, "Record as done");
  await gone("Record as done: On-site verification");
  const number = await write("Record as done: Activation", "Record as done: Activation");
  const errors = [{ pointer: "/report/done/merchant_number", code: "bad_format" }];
  backend.refusing = { status: 422, code: "invalid", errors };
  await user.type(field(number, "Merchant number"), "8223 0100{Enter}");
  expect(await within(number).findByText("“Merchant number” may have letters, digits and hyphens only")).toBeTruthy();
  await user.clear(field(number, "Merchant number"));
  await user.type(field(number, "Merchant number"), "82230100{Enter}");
  expect(await screen.findByText("Show the activation letter")).toBeTruthy();
  expect(sent().map(({ body }) => (body as { report: unknown }).report)).toEqual([
    { result: "done", done: { track: "verification", note: "Seen" } },
    { result: "done", done: { track: "activation", merchant_number: "8223 0100" } },
    { result: "done", done: { track: "activation", merchant_number: "82230100" } },
  ]);
});
