import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { setLanguage, startLanguage } from "../shared/i18n";
import { Console } from "./Console";
import { addCases, Backend, PASSWORD } from "./testing/backend";
import type { ApprovalView } from "./apiTypes";
import { CASE_ID, caseView, SUBMITTED_MS } from "./testing/documents";

const NAME = "禾田面馆";
const AT_CASE = `/case/${CASE_ID}`;

let backend: Backend;
let user: UserEvent;

beforeEach(() => {
  backend = new Backend();
  user = userEvent.setup({ delay: null, pointerEventsCheck: 0 });
  vi.stubGlobal("fetch", backend.fetch);
  // No pictures are decoded here: the address is enough.
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:photo", revokeObjectURL: () => undefined }));
  startLanguage("zh-CN");
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open(path: string, signedIn = true): void {
  backend.signedIn = signedIn;
  render(
    <MemoryRouter initialEntries={[path]}>
      <Console look={{ language: "zh-CN", theme: "light" }} />
    </MemoryRouter>,
  );
}

async function signIn(password = PASSWORD): Promise<void> {
  await user.type(await screen.findByLabelText("账号"), "reviewer");
  await user.type(screen.getByLabelText("密码"), password);
  await user.click(screen.getByRole("button", { name: "登录" }));
}

async function openCase(): Promise<void> {
  open(AT_CASE);
  await screen.findByRole("heading", { name: NAME });
}

async function choose(label: string, reason: string, words = ""): Promise<void> {
  await user.click(returnButton(label));
  const dialog = await screen.findByRole("dialog", { name: `退回：${label}` });
  await user.click(within(dialog).getByRole("radio", { name: reason }));
  if (words !== "") {
    await user.click(within(dialog).getByLabelText("说明（商户会看到）"));
    await user.paste(words);
  }
  await user.click(within(dialog).getByRole("button", { name: "列入退回清单" }));
}

/** Of the data; the photo beside has a button of its own. Found by label: by role takes seconds on a page this full. */
function returnButton(label: string): HTMLElement {
  return screen.getByLabelText(`退回 ${label}`, { selector: "[data-place]" });
}

const list = (): HTMLElement => screen.getByRole("region", { name: "退回清单" });

async function violations(part: Element = document.body): Promise<string[]> {
  // Colours need a real layout: contrast is looked at in the browser.
  const { violations: found } = await axe.run(part, { rules: { "color-contrast": { enabled: false } } });
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}

describe("signing in", () => {
  it("says the same for every wrong pair, then opens the queue", async () => {
    open("/", false);
    await signIn("wrong");
    expect(await screen.findByText("账号或密码不正确，或账号没有审核台权限")).toBeTruthy();
    expect(await violations()).toEqual([]);
    await user.clear(screen.getByLabelText("密码"));
    await user.type(screen.getByLabelText("密码"), PASSWORD);
    await user.click(screen.getByRole("button", { name: "登录" }));
    expect(await screen.findByRole("link", { name: NAME })).toBeTruthy();
  });

  it("asks for the authenticator's code where one goes with the password", async () => {
    backend.factor = "123456";
    open("/", false);
    await signIn();
    expect(await screen.findByText("ABCD EFGH")).toBeTruthy();
    expect(await violations()).toEqual([]);
    await user.type(screen.getByLabelText("动态码"), "654321{Enter}");
    expect(await screen.findByText("动态码不正确或已用过，请等下一个")).toBeTruthy();
    await user.clear(screen.getByLabelText("动态码"));
    await user.type(screen.getByLabelText("动态码"), "123456{Enter}");
    expect(await screen.findByRole("link", { name: NAME })).toBeTruthy();
  });

  it("keeps chosen items and typed words when the session expires", async () => {
    await openCase();
    await choose("注册详细地址", "地址不完整", "缺门牌号");
    await user.click(returnButton("执照名称"));
    await user.type(await screen.findByLabelText("说明（商户会看到）"), "与照片不符");
    backend.signedIn = false;
    await user.click(screen.getByRole("button", { name: "下一件", hidden: true }));
    await waitFor(() => expect(screen.getByText("登录已过期，请重新登录。已选的退回项都还在。")).toBeTruthy());
    expect(screen.queryByText("缺门牌号")).toBeNull();
    await signIn();
    expect(await screen.findByDisplayValue("与照片不符")).toBeTruthy();
    await waitFor(() => expect(within(list()).getByText(/缺门牌号/)).toBeTruthy());
  });

  it("forgets on the backend when signing out", async () => {
    open("/");
    await user.click(await screen.findByRole("button", { name: "退出登录" }));
    expect(await screen.findByRole("heading", { name: "审核台登录" })).toBeTruthy();
    expect(backend.signedIn).toBe(false);
  });
});

describe("the queue", () => {
  it("lists cases oldest first and moves by keyboard", async () => {
    addCases(backend, ["甲店", "乙店"]);
    open("/");
    const links = within(await screen.findByRole("table", { name: "案件列表" })).getAllByRole("link");
    expect(links.map((link) => link.textContent)).toEqual([NAME, "甲店", "乙店"]);
    await user.keyboard("jj");
    expect(document.activeElement).toBe(links[1]);
    await user.keyboard("k");
    expect(document.activeElement).toBe(links[0]);
    expect(await violations()).toEqual([]);
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("heading", { name: NAME })).toBeTruthy();
  });

  it("finds by name and round, and says when nothing is there", async () => {
    addCases(backend, ["甲店"]);
    open("/");
    await screen.findByRole("link", { name: "甲店" });
    await user.click(screen.getByText("退回后重交"));
    await waitFor(() => expect(screen.queryByRole("link", { name: "甲店" })).toBeNull());
    expect(screen.getByText("共 1 件")).toBeTruthy();
    await user.type(screen.getByLabelText("按商户名称查找"), "没有的店");
    expect(await screen.findByText("没有符合条件的案件")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "清除筛选" }));
    expect(await screen.findByRole("link", { name: "甲店" })).toBeTruthy();
  });

  it("says why it can't be read, and tries again", async () => {
    open("/");
    await screen.findByRole("link", { name: NAME });
    cleanup();
    vi.stubGlobal("fetch", (input: string) =>
      input.endsWith("/me") ? backend.fetch(input) : Promise.resolve(Response.json({ code: "internal", incident: "i-7" }, { status: 500 })),
    );
    open("/");
    expect(await screen.findByText(/后台出错/)).toBeTruthy();
    expect(screen.getByText(/i-7/)).toBeTruthy();
    vi.stubGlobal("fetch", backend.fetch);
    await user.click(screen.getByRole("button", { name: "重试" }));
    expect(await screen.findByRole("link", { name: NAME })).toBeTruthy();
  });
});

describe("a case", () => {
  it("shows what changed since the last round and what wasn't done", async () => {
    await openCase();
    expect(screen.getByText("上一轮：文三路")).toBeTruthy();
    expect(screen.getByText("与上一轮相比改动 2 处")).toBeTruthy();
    expect(screen.getByText("上一轮退回 3 项，已改 2 项")).toBeTruthy();
    expect(screen.getByText("自动检查有 1 处提示")).toBeTruthy();
    await user.click(screen.getByRole("checkbox", { name: "只看修改过的内容" }));
    expect(screen.queryByText("经营场所", { selector: "h2" })).toBeNull();
    expect(await violations()).toEqual([]);
  });

  it("brings up the paper that proves the field, and changes photos by keys", async () => {
    await openCase();
    const beside = screen.getByRole("complementary", { name: "照片" });
    returnButton("银行账号").focus();
    expect(await within(beside).findByText("结算银行卡（卡号面）")).toBeTruthy();
    await user.keyboard("]");
    expect(within(beside).getByText("门头照 1")).toBeTruthy();
    await user.keyboard("[[".repeat(5));
    expect(within(beside).getByText("营业执照")).toBeTruthy();
    await user.click(within(beside).getByRole("button", { name: "看上一轮的照片" }));
    expect(within(beside).getByText("营业执照（上一轮）")).toBeTruthy();
  });

  it("offers photo reasons for photos", async () => {
    await openCase();
    await user.click(returnButton("结算银行卡（卡号面）"));
    const dialog = await screen.findByRole("dialog");
    expect(within(dialog).getByRole("radio", { name: "反光" })).toBeTruthy();
    expect(within(dialog).queryByRole("radio", { name: "名称不一致" })).toBeNull();
  });

  it("offers data reasons for data, and asks for words with “other”", async () => {
    await openCase();
    await user.click(returnButton("执照名称"));
    const dialog = await screen.findByRole("dialog", { name: "退回：执照名称" });
    expect(within(dialog).queryByRole("radio", { name: "反光" })).toBeNull();
    await user.click(within(dialog).getByRole("button", { name: "列入退回清单" }));
    expect(await within(dialog).findByText("请选择原因")).toBeTruthy();
    await user.click(within(dialog).getByRole("radio", { name: "其他原因" }));
    expect(await within(dialog).findByText("选择“其他原因”时，请写明说明")).toBeTruthy();
    expect(await violations(dialog)).toEqual([]);
  });

  it("sends the chosen items once, with the revision seen", async () => {
    await openCase();
    await choose("注册详细地址", "地址不完整", "缺门牌号");
    await choose("结算银行卡（卡号面）", "反光");
    const send = screen.getByRole("button", { name: "发出退回（2 项）" });
    await user.dblClick(send);
    await waitFor(() => expect(screen.queryByRole("region", { name: "退回清单" })).toBeNull());
    expect(backend.changes()).toEqual([
      {
        method: "POST",
        path: `/case/${CASE_ID}/return`,
        csrf: "token-1",
        body: {
          rev: 3,
          items: [
            { pointer: "/business/address", reason: "address_incomplete", text: "缺门牌号" },
            { pointer: "/attachments/bank_card_front/0", reason: "glare", text: "" },
          ],
        },
      },
    ]);
  });

  it("changes and removes items of the list", async () => {
    await openCase();
    await choose("注册详细地址", "地址不完整");
    await user.click(screen.getByRole("button", { name: "修改 注册详细地址" }));
    await user.click(await screen.findByRole("radio", { name: "内容不完整" }));
    await user.click(screen.getByRole("button", { name: "保存修改" }));
    expect(within(list()).getByText("内容不完整")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "移除 注册详细地址" }));
    expect(within(list()).getByText("退回清单（0 项）")).toBeTruthy();
  });

  it("says at the item what the backend refuses", async () => {
    await openCase();
    await choose("注册详细地址", "地址不完整");
    backend.refusing = { status: 422, code: "invalid", errors: [{ pointer: "/items/0/pointer", code: "unknown_pointer" }] };
    await user.click(screen.getByRole("button", { name: "发出退回（1 项）" }));
    expect(await within(list()).findByText("本轮资料里没有这一处，请移除这一项")).toBeTruthy();
  });

  it("decides nothing on a case that moved on, and keeps the items while reading it again", async () => {
    await openCase();
    await choose("注册详细地址", "地址不完整");
    const moved = backend.cases[0];
    if (moved) moved.rev = 9;
    await user.click(screen.getByRole("button", { name: "发出退回（1 项）" }));
    await user.click(await screen.findByRole("button", { name: "重新读取" }));
    await waitFor(() => expect(screen.queryByText(/这次没有作出结论/)).toBeNull());
    await user.click(screen.getByRole("button", { name: "发出退回（1 项）" }));
    await waitFor(() => expect(backend.changes().map(({ body }) => (body as { rev: number }).rev)).toEqual([3, 9]));
  });

  it("accepts after asking, and shows the notice", async () => {
    await openCase();
    await user.click(screen.getByRole("button", { name: "受理" }));
    const dialog = await screen.findByRole("dialog", { name: `受理“${NAME}”？` });
    expect(within(dialog).getByText(/自动检查还有 1 处提示/)).toBeTruthy();
    await user.click(within(dialog).getByRole("button", { name: "确认受理" }));
    expect(await screen.findByRole("dialog", { name: "受理通知书 N20260302-000001" })).toBeTruthy();
    expect(backend.seen.some(({ path }) => path === `/case/${CASE_ID}/notice`)).toBe(true);
  });

  it("rejects only with a reason", async () => {
    await openCase();
    await user.click(screen.getByRole("button", { name: "拒绝" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "确认拒绝" }));
    expect(await within(dialog).findByText("请写明拒绝原因")).toBeTruthy();
    await user.type(within(dialog).getByLabelText("拒绝原因（商户会看到）"), "经营范围不受理");
    await user.click(within(dialog).getByRole("button", { name: "确认拒绝" }));
    await waitFor(() => expect(backend.changes()[0]?.body).toEqual({ rev: 3, text: "经营范围不受理" }));
  });

  it("keeps words that are too long whole, and says so", async () => {
    await openCase();
    await user.click(screen.getByRole("button", { name: "拒绝" }));
    const dialog = await screen.findByRole("dialog");
    const words = within(dialog).getByLabelText<HTMLTextAreaElement>("拒绝原因（商户会看到）");
    await user.click(words);
    await user.paste("长".repeat(1001));
    expect(words.value).toHaveLength(1001);
    expect(within(dialog).getByRole("alert").textContent).toBe("太长，最多 1000 个字");
    await user.click(within(dialog).getByRole("button", { name: "确认拒绝" }));
    await user.type(words, "{Backspace}");
    expect(within(dialog).queryByRole("alert")).toBeNull();
    await user.click(within(dialog).getByRole("button", { name: "确认拒绝" }));
    await waitFor(() => expect(backend.changes().map(({ body }) => body)).toEqual([{ rev: 3, text: "长".repeat(1000) }]));
  });

  it("shows the rounds, newest first", async () => {
    await openCase();
    await user.click(screen.getByRole("tab", { name: "历史 (2)" }));
    const rounds = within(await screen.findByRole("list", { name: "审核历史" })).getAllByRole("heading");
    expect(rounds.map((heading) => heading.textContent)).toEqual(["第 2 轮", "第 1 轮"]);
    expect(screen.getByText("退回 3 项")).toBeTruthy();
    expect(await violations()).toEqual([]);
  });

  it("lets an administrator look but not decide", async () => {
    backend.mayReview = false;
    await openCase();
    expect(screen.getByText("此账号只能查看，不能审核。")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "受理" })).toBeNull();
    expect(screen.queryByRole("button", { name: /^退回 / })).toBeNull();
  });

  it("speaks English", async () => {
    await openCase();
    setLanguage("en");
    expect(await screen.findByRole("button", { name: "Accept" })).toBeTruthy();
    expect(screen.getByText("2 changes since the last round")).toBeTruthy();
    expect(screen.getByRole("heading", { name: "Photos" })).toBeTruthy();
  });
});

describe("approvals", () => {
  const waiting = (changes: Partial<ApprovalView> = {}): ApprovalView => {
    const { case_id, dossier, profile, requirements } = caseView();
    const reasons = [{ pointer: "/licence/number", reason: "执照原件如此" }];
    return {
      op_id: "op-1",
      case_id,
      name: NAME,
      submitted_by: "陈客户经理",
      asked_at_ms: SUBMITTED_MS,
      overrides: 1,
      own: false,
      body_sha: "ab12",
      profile,
      dossier: { ...dossier, overrides: reasons },
      reasons,
      requirements,
      problems: [{ pointer: "/licence/number", code: "bad_check_digit", severity: "warning", params: {} }],
      ...changes,
    };
  };
  const verdicts = () =>
    backend.seen.filter(({ method, path }) => method === "POST" && path.startsWith("/approval/")).map(({ body }) => body);

  beforeEach(() => {
    backend.supervises = true;
  });

  it("shows what waits, with the reason for a number, and agrees to what is on screen", async () => {
    backend.approvals.push(waiting());
    open("/");
    await user.click(await screen.findByRole("link", { name: NAME }));
    expect(await screen.findByText("提交人说明号码无误：执照原件如此")).toBeTruthy();
    expect(backend.seen.some(({ path }) => path.startsWith("/approval/op-1/photo"))).toBe(true);
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "同意提交" }));
    expect(await screen.findByText("没有待审批的提交")).toBeTruthy();
    expect(verdicts()).toEqual([{ verdict: "agree", body_sha: "ab12" }]);
  });

  it("asks for words before it gives a submission back", async () => {
    backend.approvals.push(waiting());
    open("/approval/op-1");
    await user.click(await screen.findByRole("button", { name: "不同意" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "退回提交人" }));
    expect(await within(dialog).findByText("请写明原因")).toBeTruthy();
    expect(verdicts()).toEqual([]);
    await user.type(within(dialog).getByLabelText("原因（提交人会看到）"), "门头照不是这家店");
    await user.click(within(dialog).getByRole("button", { name: "退回提交人" }));
    await waitFor(() =>
      expect(verdicts()).toEqual([{ verdict: "refuse", text: "门头照不是这家店", body_sha: "ab12" }]),
    );
  });

  it("leaves the own submission to another supervisor", async () => {
    backend.approvals.push(waiting({ own: true }));
    open("/approval/op-1");
    expect(await screen.findByText("本人提交的申请须由其他主管审批。")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "同意提交" })).toBeNull();
  });
});
