import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";

import { expectAccessible, openPortal } from "../../testing/render";
import { answer, callsOf, failure } from "../../testing/shell";
import { guest, session } from "../../testing/views";

it("changes the language of everything at once, and keeps it", async () => {
  const { user } = openPortal("/settings");
  await screen.findByRole("heading", { name: "设置" });
  await user.click(screen.getByText("English"));
  expect(await screen.findByRole("heading", { name: "Settings" })).toBeTruthy();
  expect(screen.getByRole("link", { name: "Workbench" })).toBeTruthy();
  expect(document.documentElement.lang).toBe("en");
  expect(callsOf("settings_write")).toMatchObject([{ settings: { language: "en", text_percent: 100 } }]);
});

it("goes dark when told to", async () => {
  const { user } = openPortal("/settings");
  await user.click(await screen.findByText("深色"));
  await waitFor(() => expect(document.documentElement.dataset.theme).toBe("dark"));
});

it("puts a setting back that could not be written, and says why", async () => {
  answer("settings_write", () => {
    throw failure("disk_full");
  });
  const { user } = openPortal("/settings");
  await user.click(await screen.findByText("English"));
  expect(await screen.findByText(/磁盘空间不足，请先清理磁盘|The disk is full/)).toBeTruthy();
  expect(await screen.findByRole("heading", { name: "设置" })).toBeTruthy();
});

it("names every failing check with what to do", async () => {
  openPortal("/settings");
  const checks = await screen.findByRole("region", { name: "自检" });
  expect(await within(checks).findByText(/磁盘空间不足.*剩余 400\.0 MB/)).toBeTruthy();
  expect(within(checks).getByText(/请先登录网络，或检查代理设置/)).toBeTruthy();
  await expectAccessible();
});

it("changes the PIN", async () => {
  answer("session_change_pin", () => session());
  const { user } = openPortal("/settings");
  await user.click(await screen.findByRole("button", { name: "修改 PIN" }));
  const dialog = await screen.findByRole("dialog");
  await user.type(within(dialog).getByLabelText("当前 PIN"), "135790");
  await user.type(within(dialog).getByLabelText("新 PIN"), "246802");
  await user.type(within(dialog).getByLabelText("再输一次 PIN"), "246802");
  await user.click(within(dialog).getByRole("button", { name: "修改 PIN" }));
  await waitFor(() => expect(callsOf("session_change_pin")).toEqual([{ pin: "135790", new_pin: "246802" }]));
  expect(await screen.findByText("PIN 已修改")).toBeTruthy();
});

it("lets photos of ended cases stay for longer", async () => {
  const { user } = openPortal("/settings");
  await user.click(await screen.findByRole("combobox", { name: "结案后照片保留" }));
  await user.click(await screen.findByTitle("30 天"));
  await waitFor(() => expect(callsOf("settings_write")).toMatchObject([{ settings: { photo_days: 30 } }]));
});

it("tells a guest that there is no PIN yet", async () => {
  answer("session_state", guest);
  openPortal("/settings");
  expect(await screen.findByText("登录后才有 PIN。")).toBeTruthy();
});

it("helps with a failing check in one click, and asks the keyring again", async () => {
  answer("app_selfcheck", () => [{ check: "vault", result: "failed", finding: "keyring_locked", figure: null }]);
  answer("vault_retry", () => session());
  const { user } = openPortal("/settings");
  await user.click(await screen.findByRole("button", { name: "密钥保管：怎么办" }));
  const dialog = await screen.findByRole("dialog");
  expect(within(dialog).getAllByRole("listitem").length).toBeGreaterThan(1);
  await user.click(within(dialog).getByRole("button", { name: "再连一次密钥环" }));
  await waitFor(() => expect(callsOf("vault_retry")).toHaveLength(1));
  await waitFor(() => expect(callsOf("app_selfcheck")).toHaveLength(2));
});

it("limits what a metered line carries on a day", async () => {
  const { user } = openPortal("/settings");
  await user.click(await screen.findByRole("combobox", { name: "每天最多发送" }));
  await user.click(await screen.findByText("50 MB"));
  await waitFor(() => expect(callsOf("settings_write")).toMatchObject([{ settings: { metered_mib_per_day: 50 } }]));
});
