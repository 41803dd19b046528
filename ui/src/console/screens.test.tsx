// Every screen of the console in both languages: each control has a name of its own.

import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { startLanguage } from "../shared/i18n";
import { expectNamed } from "../testing/names";
import { Console } from "./Console";
import { accept, addCases, addPaper, Backend } from "./testing/backend";
import { CASE_ID } from "./testing/documents";

const AT_CASE = `/case/${CASE_ID}`;

interface Screen {
  path: string;
  /** How the backend's case stands. */
  standing?: (backend: Backend) => unknown;
  signedIn?: boolean;
  /** What shows that the screen is there, in each language. */
  shows: { "zh-CN": string; en: string };
  /** The button or tab that leads on from there. */
  press?: { "zh-CN": string; en: string };
  /** What else to do there first. */
  act?: (user: UserEvent, language: "zh-CN" | "en") => Promise<void>;
}

/** What the backend finds at these places of the report. */
const refusing = (places: string[]) => ({
  status: 422,
  code: "invalid" as const,
  errors: places.map((place) => ({ pointer: `/report/done/${place}`, code: "required" })),
});

const SIGNED = { contract: "done", verification: "done" } as const;

/** The form that records a step as done, with its faults. */
const recording = (track: { "zh-CN": string; en: string }): Pick<Screen, "path" | "press" | "act"> => ({
  path: AT_CASE,
  press: { "zh-CN": "后续步骤", en: "Next steps" },
  act: async (user, language) => {
    const done = { "zh-CN": "记录完成 ", en: "Record as done: " }[language] + track[language];
    await user.click(await screen.findByLabelText(done));
    await user.type(await screen.findByLabelText(/^(配件|Accessories|参加人|Trainee)$/), "{Enter}");
  },
});

const SCREENS: Record<string, Screen> = {
  "sign in": { path: "/", signedIn: false, shows: { "zh-CN": "审核台登录", en: "Sign in to review" } },
  queue: { path: "/", shows: { "zh-CN": "甲店", en: "甲店" } },
  case: { path: AT_CASE, shows: { "zh-CN": "退回清单", en: "To be returned" } },
  "case: history": {
    path: AT_CASE,
    shows: { "zh-CN": "第 1 轮", en: "Round 1" },
    press: { "zh-CN": "历史 (2)", en: "History (2)" },
  },
  "case: an item to return": {
    path: AT_CASE,
    shows: { "zh-CN": "退回清单（1 项）", en: "To be returned (1)" },
    act: async (user, language) => {
      const returning = { "zh-CN": "退回 营业执照", en: "Return Business licence" }[language];
      await user.click(await screen.findByLabelText(returning));
      await user.click(await screen.findByRole("radio", { name: { "zh-CN": "反光", en: "glare" }[language] }));
      await user.click(screen.getByRole("button", { name: { "zh-CN": "列入退回清单", en: "Add to the list" }[language] }));
    },
  },
  accepting: {
    path: AT_CASE,
    shows: { "zh-CN": "确认受理", en: "Accept the case" },
    press: { "zh-CN": "受理", en: "Accept" },
  },
  rejecting: {
    path: AT_CASE,
    shows: { "zh-CN": "确认拒绝", en: "Reject the case" },
    press: { "zh-CN": "拒绝", en: "Reject" },
  },
  "the steps after acceptance": {
    path: AT_CASE,
    standing: (backend) => accept(backend, { ...SIGNED, terminals: "done", settlement: "failed" }),
    shows: { "zh-CN": "等待：结算账户核验", en: "Waits for: Settlement account" },
    press: { "zh-CN": "后续步骤", en: "Next steps" },
  },
  "the steps: terminals": {
    standing: (backend) => {
      const view = accept(backend, SIGNED);
      view.dossier = { ...view.dossier, terminals: { count: 3 } };
      const rows = [0, 1, 2].flatMap((row) => [`terminals/${row}/model`, `terminals/${row}/serial`]);
      backend.refusing = refusing([...rows, "accessories"]);
    },
    shows: { "zh-CN": "请填写“机具 3 序列号”", en: "Fill in “Serial number of terminal 3”" },
    ...recording({ "zh-CN": "机具调试", en: "Terminals" }),
  },
  "the steps: a training": {
    standing: (backend) => {
      accept(backend, { ...SIGNED, terminals: "done" });
      backend.refusing = refusing(["topics"]);
    },
    shows: { "zh-CN": "请至少勾选一项培训内容", en: "Tick at least one topic" },
    ...recording({ "zh-CN": "装机培训", en: "Training" }),
  },
  "the steps: a failure": {
    path: AT_CASE,
    standing: (backend) => accept(backend),
    shows: { "zh-CN": "记录未通过：线下核查", en: "Record as failed: On-site verification" },
    press: { "zh-CN": "后续步骤", en: "Next steps" },
    act: async (user, language) => {
      const failed = { "zh-CN": "记录未通过 线下核查", en: "Record as failed: On-site verification" }[language];
      await user.click(await screen.findByLabelText(failed));
    },
  },
  "contracts on paper": {
    path: "/paper-contracts",
    shows: { "zh-CN": "HT-20260302-000004", en: "HT-20260302-000004" },
  },
  "a contract on paper": {
    path: "/paper-contract/0192f0c1-7a30-7c11-8a11-5d1f6f2e0777",
    shows: { "zh-CN": "页眉 SHA-256 以 8c8c8c8c8c8c 开头", en: "SHA-256 in the header begins with 8c8c8c8c8c8c" },
    press: { "zh-CN": "核对无误", en: "It is in order" },
  },
};

let user: UserEvent;

beforeEach(() => {
  user = userEvent.setup({ delay: null, pointerEventsCheck: 0 });
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:photo", revokeObjectURL: () => undefined }));
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe.each(["zh-CN", "en"] as const)("in %s", (language) => {
  it.each(Object.entries(SCREENS))("%s", async (_, { path, signedIn = true, standing, shows, press, act }) => {
    const backend = new Backend();
    backend.signedIn = signedIn;
    addCases(backend, ["甲店", "乙店"]);
    addPaper(backend);
    standing?.(backend);
    vi.stubGlobal("fetch", backend.fetch);
    startLanguage(language);
    render(
      <MemoryRouter initialEntries={[path]}>
        <Console look={{ language, theme: "light" }} />
      </MemoryRouter>,
    );
    if (press) await user.click(await screen.findByText(press[language], { selector: "button *, [role='tab']" }));
    await act?.(user, language);
    await waitFor(() => expect(document.body.textContent).toContain(shows[language]));
    expectNamed();
  });
});
