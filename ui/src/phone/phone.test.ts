import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { screen, waitFor } from "@testing-library/dom";
import { afterEach, describe, expect, it } from "vitest";

import type { PhoneAnswer } from "../ipc/bindings";
import { expectNamed } from "../testing/names";
import { expectAccessible } from "../testing/render";
import { readPass, seal } from "./pass";
import { Unanswered } from "./send";
import { type Send, Shots } from "./shots";
import { en } from "./texts/en";
import { zh } from "./texts/zh";
import { SlotPage } from "./view";

const KEY = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";

/** As much of a browser's address as the page uses. */
function at(hash: string): { place: Location; history: History } {
  const place = { hash } as Location;
  const replaceState = (_: unknown, __: string, to: string) => (place.hash = to);
  return { place, history: { replaceState } as unknown as History };
}

describe("the pass", () => {
  it("stays the same phone when the page is loaded again", () => {
    const { place, history } = at(`#${KEY}`);
    const first = readPass(place, history);
    expect(first?.key).toHaveLength(32);
    expect(readPass(place, history)).toEqual(first);
    expect(readPass(at(`#${KEY}`).place, history)?.phone).not.toEqual(first?.phone);
  });

  it.each(["", "#", "#short", `#${KEY}x`, "#%%%"])("is none in “%s”", (hash) => {
    const { place, history } = at(hash);
    expect(readPass(place, history)).toBeNull();
  });

  it("seals for one action, anew each time", () => {
    const { place, history } = at(`#${KEY}`);
    const pass = readPass(place, history);
    if (!pass) throw new Error("no pass");
    const sealed = seal(pass, "photo", Uint8Array.of(1, 2, 3));
    const open = (action: string) =>
      xchacha20poly1305(pass.key, sealed.slice(0, 24), new TextEncoder().encode(action)).decrypt(sealed.slice(24));
    expect(open("photo")).toEqual(Uint8Array.of(...pass.phone, 1, 2, 3));
    expect(() => open("photo/0")).toThrow();
    expect(seal(pass, "photo", Uint8Array.of(1, 2, 3))).not.toEqual(sealed);
  });
});

const file = (name: string) => new File([name], name, { type: "image/jpeg" });
const taken = (number: number, room: number): PhoneAnswer => ({ kind: "taken", number, room, verdicts: [] });

/** Answers what is sent with what is given, in turn; an error is thrown. */
function computer(...answers: (PhoneAnswer | Error)[]): { send: Send; asked: string[] } {
  const asked: string[] = [];
  const send: Send = (action) => {
    asked.push(action);
    const answer = answers.shift();
    if (!answer) return Promise.reject(new Error("the test has no more answers"));
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { send, asked };
}

const kinds = (shots: Shots) => shots.list().map(({ state }) => state.kind);
const nothing = () => undefined;

describe("shots", () => {
  it("are sent one after another, as many as there is room for", async () => {
    const { send, asked } = computer(taken(0, 1), taken(1, 0));
    const shots = new Shots(2, [], send, nothing);
    shots.add([file("a"), file("b"), file("c")]);
    expect(shots.room()).toBe(0);
    expect(shots.leftOut()).toBe(1);
    await waitFor(() => expect(kinds(shots)).toEqual(["taken", "taken"]));
    expect(asked).toEqual(["photo", "photo"]);
    shots.add([file("d")]);
    expect(shots.list()).toHaveLength(2);
    expect(shots.leftOut()).toBe(1);
  });

  it("take another one's place when they are taken again", async () => {
    const { send, asked } = computer(taken(0, 0), taken(0, 0));
    const shots = new Shots(1, [], send, nothing);
    shots.add([file("a")]);
    await waitFor(() => expect(kinds(shots)).toEqual(["taken"]));
    shots.retake(1, file("b"));
    await waitFor(() => expect(kinds(shots)).toEqual(["taken"]));
    expect(asked).toEqual(["photo", "photo/0"]);
  });

  it("that came before the page was loaded anew are there, and can be taken again", async () => {
    const { send, asked } = computer(taken(0, 0));
    const shots = new Shots(0, [{ number: 0, verdicts: [] }], send, nothing);
    expect(kinds(shots)).toEqual(["taken"]);
    shots.retake(1, file("b"));
    await waitFor(() => expect(kinds(shots)).toEqual(["taken"]));
    expect(asked).toEqual(["photo/0"]);
  });

  it("say why they did not arrive, and can be sent again", async () => {
    const { send } = computer(new Unanswered("unreachable"), { kind: "refused", code: "photo_not_an_image" }, taken(0, 0));
    const shots = new Shots(1, [], send, nothing);
    shots.add([file("a")]);
    await waitFor(() => expect(shots.list()[0]?.state).toEqual({ kind: "failed", failure: "unreachable" }));
    expect(shots.room()).toBe(1);
    expect(shots.isSettled()).toBe(false);
    shots.retry(1);
    await waitFor(() => expect(shots.list()[0]?.state).toEqual({ kind: "refused", code: "photo_not_an_image" }));
    shots.retake(1, file("b"));
    await waitFor(() => expect(kinds(shots)).toEqual(["taken"]));
  });
});

describe.each([zh, en])("the page", (texts) => {
  afterEach(() => document.body.replaceChildren());

  it(`is accessible in every state (${texts.product})`, async () => {
    document.title = texts.product;
    const verdicts = [{ code: "blurred" as const, blocking: false, region: null, place: null }];
    const { send } = computer(
      taken(0, 3),
      { kind: "taken", number: 1, room: 2, verdicts },
      { kind: "refused", code: "photo_damaged" },
      new Unanswered("closed"),
    );
    const shots = new Shots(4, [], send, () => page.update());
    const page = new SlotPage(texts, "门头照", "拍全招牌", shots, nothing);
    document.body.append(page.main);
    expectNamed();
    await expectAccessible();
    shots.add(["a", "b", "c", "d"].map(file));
    await waitFor(() => expect(kinds(shots)).toEqual(["taken", "taken", "refused", "failed"]));
    // One has not come: the page mustn't be left as if it had.
    expect(screen.getByRole("button", { name: texts.done })).toHaveProperty("disabled", true);
    const said = document.body.textContent;
    for (const text of [texts.good, texts.verdict({ code: "blurred", place: null }).fix, texts.errors.photo_damaged, texts.failures.closed]) {
      expect(said).toContain(text);
    }
    expectNamed();
    await expectAccessible();
  });
});
