import { act, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";

import { sayChanged } from "../../testing/events";
import { expectAccessible, openPortal } from "../../testing/render";
import { answer, callsOf, failure } from "../../testing/shell";
import { guest, locked, merchant, session } from "../../testing/views";

afterEach(() => vi.useRealTimers());

it("signs a merchant in by phone and code, and shows the recovery code until it is kept", async () => {
  answer("session_state", guest);
  answer("session_send_code", () => ({ valid_s: 600, again_after_s: 60 }));
  answer("session_sign_in", () => ({ session: session(), recovery_code: "ABCD-EFGH", adopted_drafts: 2 }));
  const { user } = openPortal("/sign-in");
  await user.type(await screen.findByLabelText("手机号"), "13800005678");
  await user.click(screen.getByRole("button", { name: "获取验证码" }));
  expect(await screen.findByText("验证码已发送，10 分钟内有效")).toBeTruthy();
  expect(screen.getByRole("button", { name: /秒后可重发/ })).toHaveProperty("disabled", true);
  await user.type(screen.getByLabelText("短信验证码"), "246813");
  await user.type(screen.getByLabelText("本机 PIN"), "135790");
  await user.type(screen.getByLabelText("再输一次 PIN"), "135790");
  await expectAccessible();
  await user.click(screen.getAllByRole("button", { name: "登录" }).at(-1) as HTMLElement);

  expect(await screen.findByText("ABCD-EFGH")).toBeTruthy();
  expect(callsOf("session_sign_in")).toEqual([
    { proof: { by: "phone", phone: "13800005678", code: "246813" }, pin: "135790" },
  ]);
  const go = screen.getByRole("button", { name: "继续" });
  expect(go).toHaveProperty("disabled", true);
  await user.click(screen.getByRole("checkbox"));
  await user.click(go);
  expect(screen.getByText("已登录，2 份草稿已归入你的账户")).toBeTruthy();
  expect(await screen.findByRole("heading", { name: "工作台" })).toBeTruthy();
});

it("shows the recovery code of an account added on the lock screen, though the lock goes away first", async () => {
  let now = locked();
  answer("session_state", () => now);
  answer("session_sign_in", async () => {
    now = session({ account: { account: "a2", display: "139****1234", role: "merchant" } });
    sayChanged({ changed: "session" });
    // The event and what it fetches come before the answer.
    await waitFor(() => expect(screen.queryByRole("heading", { name: "登录" })).toBeNull());
    return { session: now, recovery_code: "ABCD-EFGH", adopted_drafts: 0 };
  });
  const { user } = openPortal();
  await user.click(await screen.findByRole("button", { name: "登录其他账户" }));
  await user.type(await screen.findByLabelText("手机号"), "13900001234");
  await user.type(screen.getByLabelText("短信验证码"), "246813");
  await user.type(screen.getByLabelText("本机 PIN"), "135790");
  await user.type(screen.getByLabelText("再输一次 PIN"), "135790{Enter}");
  expect(await screen.findByText("ABCD-EFGH")).toBeTruthy();
  expect(screen.queryByRole("heading", { name: "工作台" })).toBeNull();
});

it("asks staff for the authenticator's code where one goes with the password, and shows what to set an app up with", async () => {
  const asks = ["second_factor_unset", "second_factor_wrong"];
  answer("session_state", () => session({ phase: "guest", account: null, branch: "示例网点" }));
  answer("session_sign_in", () => {
    const code = asks.shift();
    if (code !== undefined) throw failure(code as "second_factor_unset");
    return { session: session(), recovery_code: null, adopted_drafts: 0 };
  });
  answer("session_second_factor", () => ({ uri: "otpauth://totp/Zhanggui:staff?secret=ABCDEFGHJK", secret: "ABCDEFGHJK" }));
  const { user } = openPortal("/sign-in");
  await user.type(await screen.findByLabelText("用户名"), "staff");
  await user.type(screen.getByLabelText("密码"), "correct horse");
  await user.type(screen.getByLabelText("本机 PIN"), "135790");
  await user.type(screen.getByLabelText("再输一次 PIN"), "135790{Enter}");
  expect(await screen.findByText("ABCD EFGH JK")).toBeTruthy();
  expect(screen.queryByText(/动态码不正确/)).toBeNull();
  await expectAccessible();
  const code = screen.getByLabelText("动态码");
  await user.type(code, "12345{Enter}");
  expect(await screen.findByText("应为 6 位数字")).toBeTruthy();
  await user.type(code, "6{Enter}");
  expect(await screen.findByText("动态码不正确或已用过，请等下一个")).toBeTruthy();
  await user.clear(code);
  await user.type(code, "654321{Enter}");
  expect(await screen.findByRole("heading", { name: "工作台" })).toBeTruthy();
  expect(callsOf("session_sign_in").map((call) => (call as { proof: unknown }).proof)).toEqual(
    [null, "123456", "654321"].map((given) => ({ by: "password", user: "staff", password: "correct horse", code: given })),
  );
});

it("refuses a simple PIN before anything is sent", async () => {
  answer("session_state", guest);
  const { user } = openPortal("/sign-in");
  await user.type(await screen.findByLabelText("本机 PIN"), "123456");
  await user.type(screen.getByLabelText("再输一次 PIN"), "123457");
  await user.tab();
  expect(await screen.findByText("不能是连续数字")).toBeTruthy();
  expect(await screen.findByText("两次输入的 PIN 不一致")).toBeTruthy();
  expect(callsOf("session_sign_in")).toEqual([]);
});

it("enrols a staff computer before its staff sign in", async () => {
  answer("session_state", guest);
  answer("session_enrol_machine", () => ({ ...guest(), enrolled: true, branch: "西湖支行" }));
  const { user } = openPortal("/sign-in");
  await user.click(await screen.findByText("员工"));
  await user.type(await screen.findByLabelText("激活码"), " AB12 ");
  await user.click(screen.getByRole("button", { name: "登记" }));
  expect(await screen.findByText("网点：西湖支行")).toBeTruthy();
  expect(callsOf("session_enrol_machine")).toEqual([{ activation_code: "AB12" }]);
  expect(screen.getByLabelText("用户名")).toBeTruthy();
});

it("says how many tries are left, and makes the user wait when the vault does", async () => {
  answer("session_state", () => locked());
  let tries = 0;
  answer("session_unlock", () => {
    tries += 1;
    throw tries === 1
      ? failure("wrong_pin", [
          { path: "/attempts_left", problem: "1" },
          { path: "/retry_after_s", problem: "0" },
        ])
      : failure("pin_delayed", [{ path: "/retry_after_s", problem: "30" }]);
  });
  const { user } = openPortal();
  await user.type(await screen.findByLabelText("本机 PIN"), "111222{Enter}");
  expect(await screen.findByText("PIN 不正确，还可以试 1 次")).toBeTruthy();
  await user.type(screen.getByLabelText("本机 PIN"), "111222{Enter}");
  expect(await screen.findByText("请等待 30 秒后再试")).toBeTruthy();
  expect(screen.getByRole("button", { name: "解锁" })).toHaveProperty("disabled", true);
  await expectAccessible();
});

it("opens an account by its recovery code when the PIN is forgotten", async () => {
  answer("session_state", () => locked());
  answer("session_recover", () => session());
  const { user } = openPortal();
  await user.click(await screen.findByRole("button", { name: "忘记 PIN" }));
  await user.type(screen.getByLabelText("恢复码"), "ABCD-EFGH");
  await user.type(screen.getByLabelText("新 PIN"), "135790");
  await user.type(screen.getByLabelText("再输一次 PIN"), "135790");
  await user.click(screen.getByRole("button", { name: "恢复" }));
  expect(await screen.findByRole("heading", { name: "工作台" })).toBeTruthy();
  expect(callsOf("session_recover")).toEqual([{ account: "a1", recovery_code: "ABCD-EFGH", new_pin: "135790" }]);
});

it("starts anew only when asked twice, where no recovery code can help", async () => {
  answer("session_state", () => session({ phase: "vault_needed", vault: "secrets_missing", accounts: [], account: null }));
  answer("vault_start_anew", guest);
  const { user } = openPortal("/");
  expect(await screen.findByText(/登录前保存的草稿还在这台电脑上/)).toBeTruthy();
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: "重新开始" }));
  const dialog = await screen.findByRole("dialog");
  expect(dialog.textContent).toContain("不会被删除");
  await user.click(within(dialog).getByRole("button", { name: /取\s*消/ }));
  expect(callsOf("vault_start_anew")).toEqual([]);
  // The dialog may still be on its way out: the first of the name is the screen's own.
  const [again] = screen.getAllByRole("button", { name: "重新开始" });
  await user.click(again as HTMLElement);
  await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "重新开始" }));
  expect(callsOf("vault_start_anew")).toHaveLength(1);
});

it("explains a missing keyring and makes a passphrase vault", async () => {
  answer("session_state", () => session({ phase: "vault_needed", vault: "keyring_absent", accounts: [], account: null }));
  answer("vault_create", guest);
  const { user } = openPortal();
  expect(await screen.findByRole("heading", { name: "这台电脑没有系统密钥环" })).toBeTruthy();
  await expectAccessible();
  await user.type(screen.getByLabelText("口令"), "orange river lamp");
  await user.type(screen.getByLabelText("再输一次口令"), "orange river lamp");
  await user.click(screen.getByRole("button", { name: "启用口令保护" }));
  expect(await screen.findByRole("heading", { name: "工作台" })).toBeTruthy();
  expect(callsOf("vault_create")).toEqual([{ passphrase: "orange river lamp" }]);
});

it("locks an idle window, hides what was typed, and gives it back as it was", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  answer("session_lock", () => locked());
  answer("session_unlock", () => session());
  const { user } = openPortal("/cases");
  const search = await screen.findByRole("textbox", { name: /按名称/ });
  await user.type(search, "晨曦");
  await act(() => vi.advanceTimersByTimeAsync(5 * 60_000 + 4_000));
  expect(await screen.findByRole("heading", { name: "已锁定" })).toBeTruthy();
  expect(callsOf("session_lock")).toHaveLength(1);
  expect(search.isConnected).toBe(true);
  expect(search.closest("[inert]")).not.toBeNull();
  expect(screen.queryByRole("textbox", { name: /按名称/ })).toBeNull();

  await user.type(screen.getByLabelText("本机 PIN"), "135790{Enter}");
  await waitFor(() => expect(screen.getByRole("textbox", { name: /按名称/ })).toBe(search));
  expect(search).toHaveProperty("value", "晨曦");
});

it("gives another account nothing of the one before", async () => {
  answer("session_lock", () => locked({ accounts: [merchant, { account: "a2", display: "李明", role: "agent" }] }));
  answer("session_unlock", () => session({ account: { account: "a2", display: "李明", role: "agent" } }));
  const { user } = openPortal("/cases");
  const search = await screen.findByRole("textbox", { name: /按名称/ });
  await user.type(search, "晨曦");
  await user.click(screen.getByRole("button", { name: "锁定" }));
  await user.type(await screen.findByLabelText("本机 PIN"), "135790{Enter}");
  expect(await screen.findByRole("heading", { name: "工作台" })).toBeTruthy();
  expect(search.isConnected).toBe(false);
});
