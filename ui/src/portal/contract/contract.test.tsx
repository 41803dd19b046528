import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import type { ContractView, ReadingView } from "../../ipc/bindings";
import { expectAccessible, openPortal } from "../../testing/render";
import { answer, callsOf, failure } from "../../testing/shell";
import { contract, locked, offer, session } from "../../testing/views";
import { asSignature, BLANK, isEnough, penDown, penMove } from "./strokes";

const PATH = "/cases/case-1/contract";

const reading = (seen: number[]): ReadingView => ({
  render_sha256: "ab".repeat(32),
  pages: 3,
  seen,
  to_end: seen.length === 3,
  opened_at_ms: 0,
  confirmed_until_ms: null,
});

/** With a tick for each annex. */
const agreed = () => offer({ annexes: offer().annexes.map((annex) => ({ ...annex, agreed: true })) });

/** The pages themselves are PDF.js's business. */
function offered(view: ContractView = contract()) {
  answer("contract_show", () => view);
  answer("document_read", () => {
    throw failure("not_found");
  });
}

describe("strokes", () => {
  it("keep every point with the time since the first touch", () => {
    const first = penDown(BLANK, "pen", 1, 2, 5_000);
    const second = penDown(penMove(first, 3, 4, 5_016), "mouse", 9, 9, 5_500);
    expect(asSignature(second, 560, 200)).toEqual({
      device: "pen",
      width: 560,
      height: 200,
      strokes: [
        [
          { x: 1, y: 2, t_ms: 0 },
          { x: 3, y: 4, t_ms: 16 },
        ],
        [{ x: 9, y: 9, t_ms: 500 }],
      ],
    });
    expect(isEnough(second)).toBe(false);
    expect(penMove(BLANK, 1, 1, 1)).toBe(BLANK);
  });
});

it("shows every cost first, and computes the card from the merchant's own estimate", async () => {
  offered();
  const cost = {
    turnovers: [{ service: "wechat" as const, payments: 900, each_fen: 3_580 }],
    month_turnover_fen: 3_222_000,
    month_fee_fen: 12_600,
    year_fen: 154_200,
  };
  answer("contract_prepare", () => contract({ offer: offer({ cost }), reading: reading([]) }));
  const { user } = openPortal(PATH);
  const costs = await screen.findByRole("region", { name: "您要付的全部费用" });
  expect(within(costs).getByText("￥100.00 · 机具完好退回后 10 日内全额退还")).toBeTruthy();
  expect(screen.queryByText("签名板")).toBeNull();
  await user.type(screen.getByRole("textbox", { name: "微信支付：每月笔数" }), "900");
  const calculate = screen.getByRole("button", { name: "重新计算费用" });
  expect(calculate.hasAttribute("disabled")).toBe(true);
  await user.type(screen.getByRole("textbox", { name: "微信支付：每笔金额（元）" }), "35.80");
  await user.click(calculate);
  expect(callsOf("contract_prepare")).toEqual([{ case_id: "case-1", turnovers: cost.turnovers }]);
  expect(await screen.findByText("￥126.00")).toBeTruthy();
  await expectAccessible();
});

it("lets nobody sign before the last page was seen", async () => {
  offered(contract({ reading: reading([1, 2]) }));
  answer("contract_prepare", () => contract({ reading: reading([1, 2]) }));
  const { user } = openPortal(PATH);
  await user.click(await screen.findByRole("button", { name: "看过费用，开始阅读" }));
  expect(await screen.findByText("已读 2 / 3 页")).toBeTruthy();
  expect(screen.getByRole("button", { name: "读完了，去签名" }).hasAttribute("disabled")).toBe(true);
});

it("signs with the arrow keys, the merchant's PIN and agreement", async () => {
  offered(contract({ reading: reading([1, 2, 3]) }));
  answer("contract_prepare", () => contract({ reading: reading([1, 2, 3]) }));
  answer("contract_sign", () => contract({ stage: "signed" }));
  const { user } = openPortal(PATH);
  await user.click(await screen.findByRole("button", { name: "看过费用，开始阅读" }));
  await user.click(await screen.findByRole("button", { name: "读完了，去签名" }));
  const submit = screen.getByRole("button", { name: "签署合同" });
  const pad = screen.getByRole("application", { name: "签名板" });
  await expectAccessible();
  pad.focus();
  fireEvent.keyDown(pad, { key: " " });
  for (let step = 0; step < 10; step += 1) fireEvent.keyDown(pad, { key: "ArrowRight" });
  expect(screen.getByText("已签 1 笔 · 落笔")).toBeTruthy();
  await user.type(screen.getByLabelText("商户的 PIN"), "280613");
  expect(submit.hasAttribute("disabled")).toBe(true);
  await user.click(screen.getByRole("checkbox", { name: /我是周一/ }));
  expect(submit.hasAttribute("disabled")).toBe(true);
  answer("contract_agree", () => contract({ offer: agreed(), reading: reading([1, 2, 3]) }));
  await user.click(screen.getByRole("checkbox", { name: "已阅读并单独同意附件《个人信息处理同意书》。" }));
  expect(callsOf("contract_agree")).toEqual([{ case_id: "case-1", annex: "cd".repeat(32), agreed: true }]);
  await waitFor(() => expect(submit.hasAttribute("disabled")).toBe(false));
  await user.click(submit);
  const [asked] = callsOf("contract_sign") as { signature: { device: string; strokes: unknown[][] } }[];
  expect(asked).toMatchObject({ case_id: "case-1", render_sha256: "ab".repeat(32), pin: "280613" });
  expect(asked?.signature.device).toBe("keyboard");
  expect(asked?.signature.strokes[0]).toHaveLength(11);
  expect(await screen.findByText("已签署，待发送")).toBeTruthy();
});

it("has the signer's phone confirm the pages, and says how the signature counts", async () => {
  const read = reading([1, 2, 3]);
  offered(contract({ reading: read }));
  answer("contract_prepare", () => contract({ reading: read }));
  answer("contract_send_code", () => ({ valid_s: 600, again_after_s: 60 }));
  answer("contract_confirm_code", () => {
    throw failure("wrong_code");
  });
  const { user } = openPortal(PATH);
  await user.click(await screen.findByRole("button", { name: "看过费用，开始阅读" }));
  await user.click(await screen.findByRole("button", { name: "读完了，去签名" }));
  await user.click(screen.getByRole("button", { name: "发送验证码到 138****0001" }));
  expect(await screen.findByText("验证码已发送，10 分钟内有效")).toBeTruthy();
  expect(callsOf("contract_send_code")).toEqual([{ case_id: "case-1" }]);
  await user.type(screen.getByLabelText("签署人手机验证码（有网络时可用）"), "123456");
  await user.click(screen.getByRole("button", { name: "确认" }));
  expect(await screen.findByText(/不是为这份文件发的/)).toBeTruthy();
  await expectAccessible();
  answer("contract_confirm_code", () => contract({ reading: { ...read, confirmed_until_ms: 1_800_000 } }));
  await user.click(screen.getByRole("button", { name: "确认" }));
  expect(await screen.findByText(/手机 138\*{4}0001 已确认这份文件/)).toBeTruthy();
  expect(callsOf("contract_confirm_code").at(-1)).toEqual({ case_id: "case-1", code: "123456" });
});

it("offers the file in effect, its print copy, and the way to verify it", async () => {
  const link = `https://portal.example/contract#${"ab".repeat(32)}`;
  answer("contract_show", () => contract({ stage: "in_effect", stamped: true, here: true, verifier: link }));
  answer("document_read", () => {
    throw failure("not_found");
  });
  const { user } = openPortal(PATH);
  expect(await screen.findByRole("img", { name: "核验页面的二维码" })).toBeTruthy();
  expect(screen.getByText(link)).toBeTruthy();
  expect(screen.getByRole("region", { name: "合同" })).toBeTruthy();
  await user.click(screen.getByText("合同打印件"));
  expect(await screen.findByRole("button", { name: "打印 合同打印件" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "另存 合同打印件" })).toBeTruthy();
  await expectAccessible();
});

it("shows an agent the contract and no place to sign", async () => {
  const view = contract({ way: "hand_over", reading: reading([1, 2, 3]) });
  offered(view);
  answer("contract_prepare", () => view);
  const { user } = openPortal(PATH);
  await user.click(await screen.findByRole("button", { name: "看过费用，开始阅读" }));
  expect(await screen.findByText("已读 3 / 3 页")).toBeTruthy();
  for (const name of ["读完了，去签名", "拒绝签署"]) expect(screen.queryByRole("button", { name })).toBeNull();
  expect(screen.queryByRole("application", { name: "签名板" })).toBeNull();
});

it("hands an agent's computer over only with a photo and the agent's word", async () => {
  offered(contract({ way: "hand_over" }));
  const handed = session({ phase: "handed_over", account: null, handed_over: "case-1" });
  answer("contract_hand_over", () => handed);
  const { user } = openPortal(PATH);
  await user.click(await screen.findByRole("button", { name: "交给商户签署" }));
  const dialog = await screen.findByRole("dialog");
  const submit = within(dialog).getByRole("button", { name: "交给商户" });
  await user.click(within(dialog).getByRole("checkbox", { name: /周一本人/ }));
  expect(submit.hasAttribute("disabled")).toBe(true);
  const input = dialog.querySelector<HTMLInputElement>("input[type=file]");
  if (!input) throw new Error("no place for a photo");
  await user.upload(input, new File([new Uint8Array([1, 2])], "it.jpg", { type: "image/jpeg" }));
  await expectAccessible();
  await user.click(submit);
  expect(await screen.findByRole("heading", { name: "请周一本人阅读并签署" })).toBeTruthy();
});

describe("a computer that was handed over", () => {
  const handed = session({ phase: "handed_over", account: null, handed_over: "case-1" });

  it("shows the contract alone, and takes a signature without a PIN", async () => {
    answer("session_state", () => handed);
    const read = contract({ way: "handed_over", reading: reading([1, 2, 3]), offer: agreed() });
    offered(read);
    answer("contract_prepare", () => read);
    answer("contract_sign", () => contract({ way: "handed_over", stage: "signed" }));
    const { user } = openPortal("/");
    await user.click(await screen.findByRole("button", { name: "看过费用，开始阅读" }));
    await user.click(await screen.findByRole("button", { name: "读完了，去签名" }));
    expect(screen.queryByLabelText("商户的 PIN")).toBeNull();
    expect(screen.queryByRole("navigation")).toBeNull();
    const pad = screen.getByRole("application", { name: "签名板" });
    fireEvent.keyDown(pad, { key: " " });
    for (let step = 0; step < 10; step += 1) fireEvent.keyDown(pad, { key: "ArrowRight" });
    await user.click(screen.getByRole("checkbox", { name: /我是周一/ }));
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "签署合同" }));
    expect(callsOf("contract_sign")).toMatchObject([{ case_id: "case-1", pin: null }]);
    expect(await screen.findByRole("button", { name: "签完了，交还电脑" })).toBeTruthy();
  });

  it("is given back by the agent's PIN", async () => {
    answer("session_state", () => handed);
    answer("session_lock", () => locked());
    answer("session_unlock", () => session());
    offered(contract({ way: "handed_over" }));
    const { user } = openPortal("/");
    await user.click(await screen.findByRole("button", { name: "不签了，交还电脑" }));
    await user.type(await screen.findByLabelText("本机 PIN"), "280613");
    expect(callsOf("session_lock")).toHaveLength(1);
    await user.click(screen.getByRole("button", { name: "解锁" }));
    expect(await screen.findByRole("navigation")).toBeTruthy();
  });
});

it("takes a refusal with its reason and the merchant's PIN", async () => {
  offered();
  answer("contract_refuse", () => contract({ stage: "refused" }));
  const { user } = openPortal(PATH);
  await user.click(await screen.findByRole("button", { name: "拒绝签署" }));
  const dialog = await screen.findByRole("dialog");
  await user.type(within(dialog).getByRole("textbox", { name: "拒签理由" }), "费率不同");
  await user.type(within(dialog).getByLabelText("商户的 PIN"), "280613");
  await user.click(within(dialog).getByRole("button", { name: "确认拒签" }));
  expect(callsOf("contract_refuse")).toEqual([{ case_id: "case-1", reason: "费率不同", pin: "280613" }]);
  expect(await screen.findByText("已拒签")).toBeTruthy();
});

it("takes no reason that is too long, and cuts none off", async () => {
  offered();
  const { user } = openPortal(PATH);
  await user.click(await screen.findByRole("button", { name: "拒绝签署" }));
  const dialog = await screen.findByRole("dialog");
  const reason = within(dialog).getByRole<HTMLTextAreaElement>("textbox", { name: "拒签理由" });
  await user.type(within(dialog).getByLabelText("商户的 PIN"), "280613");
  await user.click(reason);
  // A rare character counts once.
  await user.paste("𠮷".repeat(500));
  const refuse = within(dialog).getByRole<HTMLButtonElement>("button", { name: "确认拒签" });
  expect(refuse.disabled).toBe(false);
  await user.paste("长");
  expect(reason.value).toBe(`${"𠮷".repeat(500)}长`);
  expect(within(dialog).getByRole("alert").textContent).toBe("太长，最多 500 个字");
  expect(refuse.disabled).toBe(true);
});

it("shows what a new offer changed before it is signed again", async () => {
  const fees = offer().fees.map((fee) => (fee.service === "wechat" ? { ...fee, rate: "0.30%" } : fee));
  offered(contract({ before: offer({ fees, deposit_fen: 0, number: "HT-20261101-000009" }) }));
  openPortal(PATH);
  const changes = await screen.findByRole("region", { name: "与上一份合同不同的地方" });
  const rows = within(changes).getAllByRole("row").map((row) => row.textContent);
  expect(rows).toEqual([
    "项目上一份这一份",
    "微信支付0.30%0.38%",
    "机具押金￥0.00 · 机具完好退回后 10 日内全额退还￥100.00 · 机具完好退回后 10 日内全额退还",
    "合同编号HT-20261101-000009 · 合同期 2 年HT-20261122-000001 · 合同期 2 年",
  ]);
  await expectAccessible();
});

it("says where a signed contract stands", async () => {
  offered(contract({ stage: "in_effect", here: true, stamped: false }));
  openPortal(PATH);
  expect(await screen.findByText("已生效")).toBeTruthy();
  expect(screen.getByText(/时间戳待补/)).toBeTruthy();
});
