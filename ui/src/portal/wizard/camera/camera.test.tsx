import { QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter, Route, Routes } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { SessionPhase } from "../../../ipc/bindings";
import * as ipc from "../../../ipc/call";
import { keys } from "../../../ipc/keys";
import { Appearance } from "../../../shared/Appearance";
import { startLanguage } from "../../../shared/i18n";
import { expectNamed } from "../../../testing/names";
import { expectAccessible } from "../../../testing/render";
import { newQueryClient } from "../../queries";
import { caseView, needed, profile } from "../testing/case";
import { WizardPage } from "../WizardPage";

vi.mock("../../../ipc/call", async (load) => ({ ...(await load<typeof ipc>()), call: vi.fn(), callRaw: vi.fn() }));

// Shared cores: a screen may take longer than the second that is usual.
configure({ asyncUtilTimeout: 15_000 });

/** Takes one photo, and more than one. */
const [ONE, SEVERAL] = ["营业执照", "门头照"];
const SLOTS = ["business_licence", "storefront"];
const CASE = caseView({ requirements: SLOTS.map((slot) => needed(`/attachments/${slot}`)) });

const device = (deviceId: string, kind: MediaDeviceKind = "videoinput") => ({ deviceId, kind, label: `${deviceId}号` });

class FakeCamera extends EventTarget {
  kind = "video";
  stop = vi.fn();
  constructor(readonly deviceId: string) {
    super();
  }
  getSettings() {
    return { deviceId: this.deviceId };
  }
}

class FakeMedia extends EventTarget {
  devices = [device("前"), device("麦", "audioinput")];
  /** Every camera that was opened, in turn. */
  opened: FakeCamera[] = [];
  /** How many were on whenever one was opened. */
  onBefore: number[] = [];
  enumerateDevices = vi.fn(() => Promise.resolve(this.devices));
  getUserMedia = vi.fn(({ video }: { video: { deviceId?: { exact: string } } }) => {
    this.onBefore.push(this.opened.filter(({ stop }) => stop.mock.calls.length === 0).length);
    const camera = new FakeCamera(video.deviceId?.exact ?? this.devices[0]?.deviceId ?? "");
    this.opened.push(camera);
    const tracks = () => [camera];
    return Promise.resolve(Object.assign(new MediaStream(), { getTracks: tracks, getVideoTracks: tracks }));
  });
}

let media: FakeMedia;
let drawn: unknown[][];
let frame: { width: number; height: number };

beforeEach(() => {
  startLanguage("zh-CN");
  media = new FakeMedia();
  drawn = [];
  frame = { width: 1920, height: 1080 };
  give(media);
  for (const [property, side] of [["videoWidth", "width"], ["videoHeight", "height"]] as const) {
    Object.defineProperty(HTMLVideoElement.prototype, property, { configurable: true, get: () => frame[side] });
  }
  const context = { drawImage: (...args: unknown[]) => drawn.push(args) } as unknown as CanvasRenderingContext2D;
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context);
  vi.spyOn(HTMLCanvasElement.prototype, "toBlob").mockImplementation(function (this: HTMLCanvasElement, done, type, quality) {
    done(new Blob([`${String(this.width)}x${String(this.height)} ${type ?? ""} ${String(quality)}`], { type }));
  });
  vi.mocked(ipc.call).mockReset().mockImplementation((command) => Promise.resolve(answer(command)));
  vi.mocked(ipc.callRaw).mockReset().mockResolvedValue(CASE);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  for (const property of ["videoWidth", "videoHeight"]) Reflect.deleteProperty(HTMLVideoElement.prototype, property);
  give(undefined);
});

function give(value: FakeMedia | undefined): void {
  Object.defineProperty(navigator, "mediaDevices", { configurable: true, value });
}

function answer(command: string): unknown {
  switch (command) {
    case "case_show":
      return CASE;
    case "reference_profile":
      return { ...profile, slots: profile.slots.filter(({ slot }) => SLOTS.includes(slot)) };
    default:
      return [];
  }
}

let client = newQueryClient();

async function openPhotos() {
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
  await screen.findByRole("button", { name: `用手机拍 ${ONE}` });
  return page;
}

const user = userEvent.setup({ pointerEventsCheck: 0 });
const press = async (name: string) => user.click(await screen.findByRole("button", { name }));

/** The dialog of a slot. */
async function openCamera(slot: string) {
  const page = await openPhotos();
  await press(`用摄像头拍 ${slot}`);
  return { page, dialog: await screen.findByRole("dialog", { name: `用摄像头拍：${slot}` }) };
}

/** The camera's first picture, or one of another size. */
async function see(slot: string) {
  const video = await screen.findByLabelText<HTMLVideoElement>(`摄像头画面：${slot}`);
  await waitFor(() => expect(video.srcObject).toBeTruthy());
  fireEvent.loadedMetadata(video);
  return video;
}

async function take(slot: string) {
  await see(slot);
  await press("拍照");
  expect(await screen.findByRole("img", { name: `刚拍的照片：${slot}` })).toBeTruthy();
}

const isGone = () => waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
/** The bytes and the slot of every photo that was handed to the shell. */
const sent = () =>
  vi.mocked(ipc.callRaw).mock.calls
    .filter(([command]) => command === "photo_add")
    .map(([, body, { slot }]) => [new TextDecoder().decode(body), slot]);

it("isn't offered without a camera, until one is plugged in", async () => {
  media.devices = [device("麦", "audioinput")];
  await openPhotos();
  expect(screen.queryByRole("button", { name: /用摄像头拍/ })).toBeNull();
  media.devices = [device("前")];
  act(() => void media.dispatchEvent(new Event("devicechange")));
  expect(await screen.findByRole("button", { name: `用摄像头拍 ${SEVERAL}` })).toBeTruthy();
  // However many slots there are.
  expect(media.enumerateDevices).toHaveBeenCalledTimes(2);
});

it("isn't offered where the engine knows no cameras", async () => {
  give(undefined);
  await openPhotos();
  await waitFor(() => expect(screen.queryByRole("button", { name: /用摄像头拍/ })).toBeNull());
});

it("puts the whole frame into the slot once it was looked at, and closes when the slot is full", async () => {
  const { dialog } = await openCamera(ONE);
  await take(ONE);
  await press("重拍");
  expect(screen.queryByRole("img", { name: /刚拍的照片/ })).toBeNull();
  frame = { width: 2592, height: 1944 };
  const video = await see(ONE);
  await press("拍照");
  await screen.findByRole("img", { name: /刚拍的照片/ });
  expect(sent()).toEqual([]);
  expectNamed(dialog);
  await expectAccessible(dialog);
  // The keyboard is there already.
  await user.keyboard("{Enter}");
  await waitFor(() => expect(sent()).toEqual([["2592x1944 image/jpeg 0.95", "business_licence"]]));
  expect(drawn.at(-1)).toEqual([video, 0, 0]);
  await isGone();
  expect(media.opened.map(({ stop }) => stop.mock.calls.length)).toEqual([1]);
});

it("stays for the next photo while there is room, counts, and closes with Esc", async () => {
  const { dialog } = await openCamera(SEVERAL);
  for (const count of [1, 2]) {
    await take(SEVERAL);
    await press("使用这张");
    await waitFor(() => expect(within(dialog).getByRole("status").textContent).toContain(`已拍 ${String(count)} 张`));
  }
  await waitFor(() => expect(sent()).toHaveLength(2));
  expect(media.opened).toHaveLength(1);
  expect(media.opened[0]?.stop).not.toHaveBeenCalled();
  await user.keyboard("{Escape}");
  await isGone();
  expect(media.opened[0]?.stop).toHaveBeenCalledOnce();
  expect(document.activeElement).toBe(screen.getByRole("button", { name: `用摄像头拍 ${SEVERAL}` }));
});

it.each([
  ["NotAllowedError", /没有使用摄像头的权限/],
  ["NotFoundError", /找不到摄像头/],
  ["NotReadableError", /正被别的程序使用/],
  ["OverconstrainedError", /摄像头打不开/],
])("says what helps when it can't be opened (%s), and tries again", async (name, text) => {
  media.getUserMedia.mockRejectedValueOnce(new DOMException("", name));
  const { dialog } = await openCamera(ONE);
  expect((await within(dialog).findByRole("alert")).textContent).toMatch(text);
  expect(within(dialog).getByText(/也可以用手机拍/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "拍照" })).toBeNull();
  await press("重试");
  await take(ONE);
});

it("says when it is pulled out", async () => {
  const { dialog } = await openCamera(ONE);
  await see(ONE);
  act(() => void media.opened[0]?.dispatchEvent(new Event("ended")));
  expect((await within(dialog).findByRole("alert")).textContent).toMatch(/找不到摄像头/);
});

it("turns one camera off before another is on", async () => {
  media.devices = [device("前"), device("后")];
  await openCamera(ONE);
  await see(ONE);
  fireEvent.mouseDown(screen.getByRole("combobox", { name: "摄像头" }));
  await user.click(await screen.findByText("后号"));
  await waitFor(() => expect(media.opened.map(({ deviceId }) => deviceId)).toEqual(["前", "后"]));
  expect(media.onBefore).toEqual([0, 0]);
  await take(ONE);
});

it("is off behind a lock, which keeps the photo that was taken", async () => {
  await openCamera(ONE);
  await take(ONE);
  const tell = (phase: SessionPhase) => client.setQueryData(keys.session, { phase });
  tell("locked");
  await waitFor(() => expect(media.opened[0]?.stop).toHaveBeenCalledOnce());
  expect(media.opened).toHaveLength(1);
  tell("open");
  await waitFor(() => expect(media.opened).toHaveLength(2));
  await press("使用这张");
  await waitFor(() => expect(sent()).toHaveLength(1));
});

it("turns a camera off that comes on after everything was closed", async () => {
  let come: (() => void) | undefined;
  const open = media.getUserMedia;
  media.getUserMedia = vi.fn(async (wish) => {
    await new Promise<void>((resolve) => (come = resolve));
    return open(wish);
  });
  const { page } = await openCamera(ONE);
  page.unmount();
  expect(media.opened).toEqual([]);
  come?.();
  await waitFor(() => expect(media.opened[0]?.stop).toHaveBeenCalledOnce());
});

it("sends the user to a phone when its picture is too coarse", async () => {
  frame = { width: 640, height: 480 };
  const { dialog } = await openCamera(ONE);
  const video = await see(ONE);
  expect((await within(dialog).findByRole("alert")).textContent).toMatch(/分辨率太低，请用手机拍摄.*640 × 480/);
  expect(screen.queryByRole("button", { name: "拍照" })).toBeNull();
  // It only started small.
  frame = { width: 1280, height: 720 };
  fireEvent(video, new Event("resize"));
  expect(await screen.findByRole("button", { name: "拍照" })).toBeTruthy();
});
