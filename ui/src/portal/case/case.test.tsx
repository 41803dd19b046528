import { screen, within } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";

import type { CaseView, TimelineEntry } from "../../ipc/bindings";
import { setLanguage } from "../../shared/i18n";
import { openPortal } from "../../testing/render";
import { answer, callsOf, failure } from "../../testing/shell";
import { NOW_MS } from "../../testing/views";
import { caseView, profile, progress } from "../wizard/testing/case";

const recorded = (change: Partial<TimelineEntry>): TimelineEntry => ({
  at_ms: NOW_MS,
  who: { at: "office", name: "周审核" },
  what: "step_done",
  round: null,
  track: null,
  number: null,
  text: null,
  replaced: null,
  ...change,
});

const accepted = (change: Partial<CaseView> = {}): CaseView =>
  caseView({
    status: "accepted",
    tracks: { ...caseView().tracks, review: "accepted" },
    progress: progress(),
    documents: ["checklist", "acceptance_notice", "custody_sheet", "training_certificate", "activation_letter"],
    timeline: [
      recorded({ what: "step_failed", track: "verification", text: "门头被遮挡" }),
      recorded({ what: "step_reopened", track: "verification" }),
      recorded({ what: "step_failed", track: "verification", text: "门店已搬走" }),
      recorded({ track: "training", number: "PX-20261122-000001" }),
    ],
    ...change,
  });

beforeEach(() => {
  answer("reference_profile", () => profile);
  for (const table of ["divisions", "mcc", "banks"]) answer(`reference_${table}`, () => []);
  answer("document_read", () => {
    throw failure("not_found");
  });
});

function openCase(view: CaseView, tab = "data") {
  answer("case_show", () => view);
  return openPortal(`/cases/case-1?tab=${tab}`);
}

const linesOf = (place: HTMLElement) => within(place).getAllByRole("listitem").map(({ textContent }) => textContent);

it("says in words how far an accepted case is, and what is in the way", async () => {
  openCase(accepted());
  expect(linesOf(await screen.findByRole("region", { name: "办理进度" }))).toEqual([
    "审核已完成",
    "签约已完成",
    // Of two failures the one that stands.
    "线下核查未通过门店已搬走",
    "结算账户核验办理中",
    "通道报备办理中",
    "机具调试未开始等待：线下核查",
    "装机培训未开始等待：机具调试",
    "开通未开始等待：线下核查、结算账户核验、通道报备、机具调试、装机培训",
  ]);
  setLanguage("en");
  const lines = linesOf(await screen.findByRole("region", { name: "Progress" }));
  expect(lines[2]).toBe("On-site verificationNot passed门店已搬走");
  expect(lines[6]).toBe("TrainingNot begunWaits for: Terminals");
});

it("says nothing of steps before the case is accepted", async () => {
  openCase(accepted({ status: "in_review", tracks: { ...caseView().tracks, review: "in_review" } }));
  await screen.findByRole("complementary", { name: "经过" });
  expect(screen.queryByRole("region", { name: "办理进度" })).toBeNull();
});

it("names the step of each entry of the history", async () => {
  openCase(accepted());
  const history = await screen.findByRole("complementary", { name: "经过" });
  expect(within(history).getByText("装机培训 已完成")).toBeTruthy();
  expect(within(history).getByText("PX-20261122-000001")).toBeTruthy();
  expect(within(history).getAllByText("线下核查 未通过")).toHaveLength(2);
  expect(within(history).getByText("线下核查 重新办理")).toBeTruthy();
  setLanguage("en");
  expect(await screen.findByText("Training: done")).toBeTruthy();
});

it("has the papers of the steps among its documents", async () => {
  const { user } = openCase(accepted(), "documents");
  expect(await screen.findByRole("button", { name: "打印 开通通知书" })).toBeTruthy();
  await user.click(screen.getByText("机具保管单"));
  expect(await screen.findByRole("button", { name: "打印 机具保管单" })).toBeTruthy();
  await user.click(screen.getByText("培训证书"));
  expect(await screen.findByRole("button", { name: "另存 培训证书" })).toBeTruthy();
  const read = callsOf("document_read").map(({ headers }) => (headers as { document: string }).document);
  expect(read).toEqual(["activation_letter", "custody_sheet", "training_certificate"]);
});
