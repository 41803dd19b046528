import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { CaseView, CommandCode, Dossier } from "../../../ipc/bindings";
import { CommandFailed } from "../../../ipc/call";
import { caseView, missing } from "../testing/case";
import { AUTOSAVE_DELAY_MS, Draft, RETRY_DELAY_MS } from "./Draft";

const NAME = "/business/registered_name";
const PHONE = "/business/service_phone";

/** A store whose answers are given by hand, one after another. */
class Store {
  readonly saves: { revision: number; dossier: Dossier; answer: (view: CaseView) => void; refuse: (e: unknown) => void }[] = [];
  shown = caseView();
  save = (_: string, revision: number, dossier: Dossier) =>
    new Promise<CaseView>((answer, refuse) => this.saves.push({ revision, dossier, answer, refuse }));
  show = () => Promise.resolve(this.shown);

  last() {
    const save = this.saves.at(-1);
    if (!save) throw new Error("nothing was saved");
    return save;
  }
  async accept(changes: Partial<CaseView> = {}) {
    const { revision, dossier, answer } = this.last();
    answer(caseView({ revision: revision + 1, dossier, saved_at_ms: 5, ...changes }));
    await vi.advanceTimersByTimeAsync(0);
  }
  async refuse(code: CommandCode, retryable = false) {
    this.last().refuse(new CommandFailed({ code, fields: [], retryable, incident: null }));
    await vi.advanceTimersByTimeAsync(0);
  }
}

let store: Store;
let draft: Draft;

beforeEach(() => {
  vi.useFakeTimers();
  store = new Store();
  draft = new Draft(caseView(), store);
});
afterEach(() => {
  vi.useRealTimers();
});

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const name = () => draft.dossier().business.registered_name;

describe("what was confirmed", () => {
  const submitted = () => Promise.resolve(caseView({ revision: 9 }));

  it("is what is submitted: behind a change that came in between nothing is", async () => {
    const seen = draft.view().revision;
    const command = vi.fn(submitted);
    draft.set(NAME, "A", "now");
    await wait(0);
    const refused = expect(draft.changeSeen(seen, command)).rejects.toMatchObject({ error: { code: "stale" } });
    await store.accept();
    await refused;
    expect(command).not.toHaveBeenCalled();
    await draft.changeSeen(draft.view().revision, command);
    expect(draft.view().revision).toBe(9);
  });

  it("is not submitted after a change by another window, which is shown", async () => {
    store.shown = caseView({ revision: 7 });
    const stale = new CommandFailed({ code: "stale", fields: [], retryable: false, incident: null });
    const refused = draft.changeSeen(draft.view().revision, () => Promise.reject(stale));
    await expect(refused).rejects.toMatchObject({ error: { code: "stale" } });
    expect(draft.view().revision).toBe(7);
  });
});

describe("autosave", () => {
  it("saves once, a moment after the last key", async () => {
    for (const text of ["青", "青禾", "青禾面"]) {
      draft.set(NAME, text);
      await wait(AUTOSAVE_DELAY_MS - 50);
    }
    expect(store.saves).toHaveLength(0);
    await wait(50);
    expect(store.saves).toHaveLength(1);
    expect(store.last().dossier.business.registered_name).toBe("青禾面");
    await store.accept();
    expect(draft.state()).toEqual({ kind: "saved", atMs: 5 });
  });

  it("has one save in flight; what is typed meanwhile goes with the next, on the next revision", async () => {
    draft.set(NAME, "A", "now");
    await wait(0);
    draft.set(NAME, "AB", "now");
    draft.set(PHONE, "0571-87654321", "now");
    draft.set(NAME, "ABC", "now");
    await wait(0);
    expect(store.saves).toHaveLength(1);
    await store.accept();
    expect(name()).toBe("ABC");
    expect(store.saves).toHaveLength(2);
    expect(store.last()).toMatchObject({
      revision: 2,
      dossier: { business: { registered_name: "ABC", service_phone: "0571-87654321" } },
    });
    await store.accept();
    expect(draft.state().kind).toBe("saved");
    expect(store.saves).toHaveLength(2);
  });

  it("loses nothing when a save fails, and takes it along with the next", async () => {
    draft.set(NAME, "A", "now");
    await wait(0);
    draft.set(PHONE, "1");
    await store.refuse("disk_full");
    expect(draft.state()).toMatchObject({ kind: "failed", error: { code: "disk_full" } });
    expect(name()).toBe("A");
    draft.refresh(caseView({ revision: 1 }));
    expect(name()).toBe("A");
    await wait(AUTOSAVE_DELAY_MS);
    expect(store.last().dossier.business).toMatchObject({ registered_name: "A", service_phone: "1" });
  });

  it("tries again by itself when that may help", async () => {
    draft.set(NAME, "A", "now");
    await wait(0);
    await store.refuse("internal", true);
    await wait(RETRY_DELAY_MS);
    expect(store.saves).toHaveLength(2);
  });

  it("reads the case again when it is stale, and keeps what was typed on top of it", async () => {
    const theirs = caseView({ revision: 7 });
    theirs.dossier.business.service_phone = "95000";
    store.shown = theirs;
    draft.set(NAME, "A", "now");
    await wait(0);
    await store.refuse("stale");
    expect(store.last()).toMatchObject({
      revision: 7,
      dossier: { business: { registered_name: "A", service_phone: "95000" } },
    });
    await store.accept();
    expect(draft.view().revision).toBe(8);
  });
});

describe("answers", () => {
  it("take over cleaned values, but not of a field typed in since", async () => {
    draft.set(NAME, "Ａ１", "now");
    draft.set(PHONE, "０５７１", "now");
    await wait(0);
    draft.set(PHONE, "０５７１８");
    const cleaned = structuredClone(store.last().dossier);
    cleaned.business.registered_name = "A1";
    cleaned.business.service_phone = "0571";
    await store.accept({ dossier: cleaned });
    expect(name()).toBe("A1");
    expect(draft.dossier().business.service_phone).toBe("０５７１８");
  });

  it("of an older revision are ignored", () => {
    const newer = caseView({ revision: 3 });
    newer.dossier.business.registered_name = "new";
    draft.refresh(newer);
    draft.refresh(caseView({ revision: 2 }));
    expect(name()).toBe("new");
  });

  it("paint only the fields whose problems changed", () => {
    draft.refresh(caseView({ revision: 2, problems: [missing(NAME), missing(PHONE)] }));
    const before = draft.problemsAt(NAME);
    draft.refresh(caseView({ revision: 3, problems: [missing(NAME)] }));
    expect(draft.problemsAt(NAME)).toBe(before);
    expect(draft.problemsAt(PHONE)).toEqual([]);
  });
});

describe("other commands", () => {
  it("run after everything typed is stored, on its revision", async () => {
    draft.set(NAME, "A");
    const command = vi.fn((revision: number) => Promise.resolve(caseView({ revision: revision + 1 })));
    const done = draft.change(command);
    await wait(0);
    expect(command).not.toHaveBeenCalled();
    await store.accept();
    await done;
    expect(command).toHaveBeenCalledWith(2);
    expect(draft.view().revision).toBe(3);
  });

  it("don't run while something typed can't be stored", async () => {
    draft.set(NAME, "A");
    const command = vi.fn(() => Promise.resolve(caseView()));
    const done = draft.change(command);
    const refused = expect(done).rejects.toMatchObject({ error: { code: "disk_full" } });
    await wait(0);
    await store.refuse("disk_full");
    await refused;
    expect(command).not.toHaveBeenCalled();
  });
});

describe("lists", () => {
  it("keep an entry's edits when the list is replaced after them", async () => {
    const owner = { person: caseView().dossier.legal_person, address: "" };
    draft.set("/beneficial_owners", [owner, owner], "now");
    await wait(0);
    draft.set("/beneficial_owners/1/address", "文三路 188 号");
    draft.set("/beneficial_owners", draft.dossier().beneficial_owners.slice(1), "now");
    await store.accept();
    expect(store.last().dossier.beneficial_owners).toEqual([{ ...owner, address: "文三路 188 号" }]);
  });
});
