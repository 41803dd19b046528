import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";

import { startLanguage } from "../shared/i18n";
import { call, resetShell } from "./shell";

// Screens are read when they are first opened, and the tests share two cores.
configure({ asyncUtilTimeout: 10_000 });

// The border to the shell: tests answer in its place.
vi.mock("../ipc/call", async (original) => ({
  ...(await original<typeof import("../ipc/call")>()),
  call: (command: string, args: Record<string, unknown>) => call(command, args),
  callRaw: (command: string, body: Uint8Array, headers: Record<string, string>) => call(command, { body, headers }),
}));
vi.mock("../ipc/events", async () => await import("./events"));

beforeEach(() => {
  resetShell();
  startLanguage("zh-CN");
  window.location.hash = "";
});
afterEach(cleanup);
