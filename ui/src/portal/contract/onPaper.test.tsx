import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";

import type { ContractView, ReadingView, ScanView } from "../../ipc/bindings";
import { expectAccessible, openPortal } from "../../testing/render";
import { answer, callsOf, failure } from "../../testing/shell";
import { contract } from "../../testing/views";

const PATH = "/cases/case-1/contract";
const READING: ReadingView = {
  render_sha256: "ab".repeat(32),
  pages: 2,
  seen: [],
  to_end: false,
  opened_at_ms: 0,
  confirmed_until_ms: null,
};

const scan = (page: number, verdicts: ScanView["verdicts"] = []): ScanView => ({ page, sha: String(page).repeat(64), verdicts });
const picture = (name: string) => new File([new Uint8Array([1, 2])], name, { type: "image/jpeg" });

/** A contract that is open, with these pages scanned. */
function opened(scans: ScanView[], change: Partial<ContractView> = {}) {
  const view = contract({ reading: READING, scans, ...change });
  answer("contract_show", () => view);
  answer("contract_prepare", () => view);
  answer("contract_scan_read", () => new Uint8Array([1]).buffer);
  answer("document_read", () => {
    throw failure("not_found");
  });
  return view;
}

it("takes a scan of every page, and hands in nothing before all are there", async () => {
  opened([]);
  const { user } = openPortal(PATH);
  await user.click(await screen.findByRole("button", { name: "改为纸面签署" }));
  expect(await screen.findByRole("region", { name: "纸面签署件" })).toBeTruthy();
  expect(screen.getByText("已有 0 / 2 页")).toBeTruthy();
  const submit = screen.getByRole("button", { name: "提交扫描件" });
  await user.click(screen.getByRole("checkbox", { name: /周一的手写签名/ }));
  expect(submit.hasAttribute("disabled")).toBe(true);
  await expectAccessible();

  answer("contract_scan_add", () => contract({ reading: READING, scans: [scan(1), scan(2)] }));
  const all = screen.getByLabelText("按页序选择多张");
  await user.upload(all, [picture("1.jpg"), picture("2.jpg")]);
  expect(await screen.findByText("已有 2 / 2 页")).toBeTruthy();
  await waitFor(() => expect(submit.hasAttribute("disabled")).toBe(false));
  await user.upload(all, [picture("1.jpg"), picture("2.jpg"), picture("3.jpg")]);
  expect(await screen.findByText("合同只有 2 页，请重新选择。")).toBeTruthy();

  answer("contract_submit_paper", () => contract({ stage: "signed", scans: [scan(1), scan(2)], on_paper: true }));
  await user.click(submit);
  expect(callsOf("contract_submit_paper")).toEqual([{ case_id: "case-1", render_sha256: "ab".repeat(32) }]);
  expect(await screen.findByText(/已在纸面签署，扫描件存于本机/)).toBeTruthy();
  expect(screen.queryByText("商户签署的合同")).toBeNull();
});

it("says what is doubted about a scan, and lets it be replaced", async () => {
  opened([scan(1, [{ code: "blurred", blocking: false, region: null, place: null }]), scan(2)]);
  const { user } = openPortal(PATH);
  await user.click(await screen.findByRole("button", { name: "改为纸面签署" }));
  const replace = await screen.findByLabelText("更换第 1 页的扫描件");
  const card = replace.closest("li");
  if (!card) throw new Error("no card");
  expect(within(card).getByText(/模糊/)).toBeTruthy();
  answer("contract_scan_add", () => {
    throw failure("photo_duplicate");
  });
  await user.upload(replace, picture("same.jpg"));
  expect(await screen.findByText(/第 1 页: /)).toBeTruthy();
});

it("opens what was returned where it is put right", async () => {
  opened([scan(1), scan(2)], { returned: "第 2 页没有签字" });
  openPortal(PATH);
  expect(await screen.findByText("纸面合同被退回：第 2 页没有签字")).toBeTruthy();
  expect(screen.getByLabelText("更换第 2 页的扫描件")).toBeTruthy();
  await expectAccessible();
});

it("is for staff too, and not for a computer that was handed over", async () => {
  opened([], { way: "hand_over" });
  openPortal(PATH);
  expect(await screen.findByRole("button", { name: "改为纸面签署" })).toBeTruthy();
});

it("shows the file that the acquirer sealed, and no print copy of it", async () => {
  answer("contract_show", () => contract({ stage: "in_effect", here: true, stamped: true, on_paper: true, scans: [scan(1)] }));
  answer("document_read", () => {
    throw failure("not_found");
  });
  openPortal(PATH);
  expect(await screen.findByText(/商户签于纸面，收单机构核对扫描件后已签署/)).toBeTruthy();
  expect(screen.getByRole("region", { name: "合同" })).toBeTruthy();
  expect(screen.queryByText("合同打印件")).toBeNull();
});
