import { expect, it, vi } from "vitest";

import type { Slot, SortedPhotoView } from "../../../../ipc/bindings";
import { commandError } from "../../../../ipc/call";
import { Sorting } from "./sorting";

const file = (name: string) => new File(["x"], name, { type: "image/jpeg" });
const view = (slot: Slot | null): SortedPhotoView => ({ preview: "p", slot, told_by: null, verdicts: [], known_in: null });

const settled = async (sorting: Sorting) => {
  await vi.waitFor(() => {
    expect(sorting.items().every(({ state }) => state.kind === "sorted" || state.kind === "failed")).toBe(true);
  });
};

it("tells each picture which slots the others were promised", async () => {
  const sort = vi.fn().mockResolvedValueOnce(view("storefront")).mockResolvedValueOnce(view(null)).mockResolvedValue(view("lease"));
  const sorting = new Sorting({ sort, sortInto: vi.fn(), error: commandError });
  sorting.add([file("a.jpg"), file("b.jpg"), file("c.jpg")]);
  await settled(sorting);
  expect(sort.mock.calls.map(([, taken]) => taken as Slot[])).toEqual([[], ["storefront"], ["storefront"]]);
});

it("puts in what has a place, and what is no picture never", async () => {
  const sort = vi.fn().mockResolvedValueOnce(view("lease")).mockRejectedValueOnce(new Error("no picture")).mockResolvedValue(view(null));
  const sortInto = vi.fn((_: File, slot: Slot) => Promise.resolve(view(slot)));
  const sorting = new Sorting({ sort, sortInto, error: commandError });
  const [a, c] = [file("a.jpg"), file("c.jpg")];
  sorting.add([a, file("notes.txt"), c]);
  await settled(sorting);
  const [, , last] = sorting.items();
  sorting.choose(last?.id ?? 0, "interior");
  await settled(sorting);
  expect(sortInto).toHaveBeenCalledExactlyOnceWith(c, "interior");
  expect(sorting.items().map(({ name, slot }) => [name, slot])).toEqual([
    ["a.jpg", "lease"],
    ["notes.txt", null],
    ["c.jpg", "interior"],
  ]);
  expect(sorting.confirm()).toEqual([
    { slot: "lease", source: a },
    { slot: "interior", source: c },
  ]);
  expect(sorting.items()).toEqual([]);
});

it("puts what came from the same place again in the place of the first", async () => {
  const sort = vi.fn().mockResolvedValue(view("lease"));
  const sorting = new Sorting({ sort, sortInto: vi.fn(), error: commandError });
  const scan = (text: string) => ({ name: "scan.jpg", size: 1, origin: "scan.jpg", read: () => Promise.resolve(new File([text], "scan.jpg")) });
  const [first, again] = [scan("1"), scan("2")];
  sorting.add([first, file("scan.jpg")]);
  await settled(sorting);
  sorting.add([again]);
  await settled(sorting);
  expect(sorting.confirm().map(({ source }) => source)).toEqual([expect.any(File), again]);
});

it("leaves out what a person takes out", async () => {
  const sorting = new Sorting({ sort: vi.fn().mockResolvedValue(view("lease")), sortInto: vi.fn(), error: commandError });
  sorting.add([file("a.jpg")]);
  await settled(sorting);
  sorting.choose(sorting.items()[0]?.id ?? 0, null);
  expect(sorting.confirm()).toEqual([]);
});

it("keeps out what a person took out while it was looked at", async () => {
  let answer: (view: SortedPhotoView) => void = () => undefined;
  const sort = vi.fn(() => new Promise<SortedPhotoView>((resolve) => (answer = resolve)));
  const sorting = new Sorting({ sort, sortInto: vi.fn(), error: commandError });
  sorting.add([file("a.jpg")]);
  await vi.waitFor(() => expect(sort).toHaveBeenCalled());
  const id = sorting.items()[0]?.id ?? 0;
  sorting.choose(id, "storefront");
  sorting.choose(id, null);
  answer(view("lease"));
  await settled(sorting);
  expect(sorting.confirm()).toEqual([]);
});
