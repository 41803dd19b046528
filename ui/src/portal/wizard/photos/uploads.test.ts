import { expect, it, vi } from "vitest";

import type { Slot } from "../../../ipc/bindings";
import { commandError } from "../../../ipc/call";
import { UploadQueue } from "./uploads";

const file = (name: string) => new File(["x"], name, { type: "image/jpeg" });

it("takes photos one after another, and a bad one holds up no other", async () => {
  const running: string[] = [];
  let most = 0;
  const add = async (_: Slot, { name }: File) => {
    running.push(name);
    most = Math.max(most, running.length);
    await Promise.resolve();
    running.splice(running.indexOf(name), 1);
    if (name === "bad.jpg") throw new Error("no photo");
  };
  const queue = new UploadQueue({ add, error: commandError });
  queue.add("storefront", [file("a.jpg"), file("bad.jpg")]);
  queue.add("interior", [file("b.jpg")]);
  await vi.waitFor(() => {
    expect(queue.uploads().map(({ name, state }) => [name, state.kind])).toEqual([["bad.jpg", "failed"]]);
  });
  expect(most).toBe(1);
});

it("says whose place a photo takes", async () => {
  const add = vi.fn().mockResolvedValue(undefined);
  const queue = new UploadQueue({ add, error: commandError });
  const better = file("better.jpg");
  queue.replace("storefront", "p1", better);
  await vi.waitFor(() => {
    expect(queue.uploads()).toEqual([]);
  });
  expect(add).toHaveBeenCalledExactlyOnceWith("storefront", better, "p1", expect.any(String), expect.any(AbortSignal));
});

it("gives up a photo that is worked on, and goes on with the next", async () => {
  const done: string[] = [];
  const add = (_: Slot, { name }: File, __: unknown, ___: unknown, stopped: AbortSignal) =>
    name === "slow.jpg"
      ? new Promise<void>((_resolve, reject) => {
          stopped.addEventListener("abort", () => {
            reject(new Error("stopped"));
          });
        })
      : Promise.resolve(void done.push(name));
  const queue = new UploadQueue({ add, error: commandError });
  queue.add("storefront", [file("slow.jpg"), file("never.jpg"), file("next.jpg")]);
  const [slow, never] = queue.uploads();
  await vi.waitFor(() => {
    expect(queue.uploads()[0]?.state.kind).toBe("working");
  });
  queue.cancel(never?.id ?? 0);
  queue.cancel(slow?.id ?? 0);
  await vi.waitFor(() => {
    expect(queue.uploads()).toEqual([]);
  });
  expect(done).toEqual(["next.jpg"]);
});

it("tries a failed photo again from the file it still has", async () => {
  const add = vi.fn().mockRejectedValueOnce(new Error("busy")).mockResolvedValue(undefined);
  const queue = new UploadQueue({ add, error: commandError });
  queue.add("lease", [file("a.jpg")]);
  await vi.waitFor(() => {
    expect(queue.uploads()[0]?.state.kind).toBe("failed");
  });
  queue.retry(queue.uploads()[0]?.id ?? 0);
  await vi.waitFor(() => {
    expect(queue.uploads()).toEqual([]);
  });
  expect(add).toHaveBeenCalledTimes(2);
});
