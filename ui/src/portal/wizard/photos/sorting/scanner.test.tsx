import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, configure, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter, Route, Routes } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { ScannerView } from "../../../../ipc/bindings";
import * as ipc from "../../../../ipc/call";
import { applyChange } from "../../../../ipc/keys";
import { Appearance } from "../../../../shared/Appearance";
import { startLanguage } from "../../../../shared/i18n";
import { newQueryClient } from "../../../queries";
import { caseView, needed, profile } from "../../testing/case";
import { WizardPage } from "../../WizardPage";

vi.mock("../../../../ipc/call", async (load) => ({ ...(await load<typeof ipc>()), call: vi.fn(), callRaw: vi.fn() }));

// Shared cores: a screen may take longer than the second that is usual.
configure({ asyncUtilTimeout: 15_000 });

const CASE = caseView({ requirements: [needed("/attachments/storefront")] });

let client: QueryClient;
let remembered: string | null;
let scanner: ScannerView | null;
/** What the folder's dialog gives. */
let chosen: string | null;

const watch = (folder: string): ScannerView => (scanner = { case_id: CASE.case_id, folder, watching: true, files: [] });

beforeEach(() => {
  startLanguage("zh-CN");
  [remembered, scanner, chosen] = [null, null, "扫描件"];
  vi.mocked(ipc.call).mockReset().mockImplementation((command: string) => Promise.resolve(answer(command)));
  vi.mocked(ipc.callRaw).mockReset().mockImplementation((command: string) => Promise.resolve(rawAnswer(command)));
});
afterEach(cleanup);

function answer(command: string): unknown {
  switch (command) {
    case "case_show":
      return CASE;
    case "reference_profile":
      return profile;
    case "scanner_start":
      return remembered && watch(remembered);
    case "scanner_show":
      return scanner;
    case "scanner_stop":
      scanner = null;
      return null;
    default:
      return [];
  }
}

function rawAnswer(command: string): unknown {
  switch (command) {
    case "scanner_choose":
      remembered = chosen ?? remembered;
      return chosen && watch(chosen);
    case "scanner_read":
      return new ArrayBuffer(1);
    default:
      return { preview: "p", slot: "storefront", told_by: "file_name", verdicts: [], known_in: null };
  }
}

async function open() {
  client = newQueryClient();
  const page = render(
    <QueryClientProvider client={client}>
      <Appearance theme="light" text_percent={100}>
        <MemoryRouter initialEntries={["/cases/case-1/edit?step=photos"]}>
          <Routes>
            <Route path="/cases/:caseId/edit" element={<WizardPage />} />
          </Routes>
        </MemoryRouter>
      </Appearance>
    </QueryClientProvider>,
  );
  await screen.findByRole("button", { name: "扫描仪文件夹" });
  return page;
}

/** The shell says so. */
const changed = () => act(() => applyChange(client, { changed: "scanner" }));
const press = (name: string) => userEvent.setup({ pointerEventsCheck: 0 }).click(screen.getByRole("button", { name }));
const raw = (command: string) => vi.mocked(ipc.callRaw).mock.calls.filter(([each]) => each === command);

it("asks for the folder once, and lists each scan when it comes", async () => {
  await open();
  await press("扫描仪文件夹");
  expect(await screen.findByText(/正在等待扫描仪.*“扫描件”/)).toBeTruthy();
  expect(screen.queryByRole("dialog")).toBeNull();
  scanner = { ...watch("扫描件"), files: [{ number: 7, name: "scan.jpg", size_bytes: 1 }] };
  changed();
  expect(await screen.findByRole("button", { name: "放入 1 张" })).toBeTruthy();
  expect(raw("scanner_read").map(([, , headers]) => headers)).toEqual([{ number: "7" }]);
  scanner = { ...scanner, files: [...scanner.files, { number: 8, name: "scan2.jpg", size_bytes: 1 }] };
  changed();
  await waitFor(() => expect(raw("photo_sort")).toHaveLength(2));
  expect(raw("scanner_read").map(([, , headers]) => headers)).toEqual([{ number: "7" }, { number: "8" }]);
});

it("is stopped by its button, and by leaving the step", async () => {
  remembered = "扫描件";
  const page = await open();
  await press("扫描仪文件夹");
  await screen.findByText(/正在等待扫描仪/);
  expect(raw("scanner_choose")).toHaveLength(0);
  await press("停止等待扫描仪");
  expect(scanner).toBeNull();
  changed();
  await waitFor(() => expect(screen.queryByText(/正在等待扫描仪/)).toBeNull());
  await press("扫描仪文件夹");
  await screen.findByText(/正在等待扫描仪/);
  page.unmount();
  expect(scanner).toBeNull();
});

it("says when the folder is away, and takes another", async () => {
  remembered = "U盘";
  await open();
  await press("扫描仪文件夹");
  await screen.findByText(/正在等待扫描仪.*“U盘”/);
  scanner = { ...watch("U盘"), watching: false };
  changed();
  expect(await screen.findByText(/读不到扫描仪文件夹“U盘”/)).toBeTruthy();
  await press("换文件夹");
  expect(await screen.findByText(/正在等待扫描仪.*“扫描件”/)).toBeTruthy();
});

it("changes nothing when the choice is given up", async () => {
  chosen = null;
  await open();
  await press("扫描仪文件夹");
  await waitFor(() => expect(raw("scanner_choose")).toHaveLength(1));
  expect(await screen.findByRole("button", { name: "扫描仪文件夹" })).toBeTruthy();
  expect(screen.queryByText(/正在等待扫描仪/)).toBeNull();
});
