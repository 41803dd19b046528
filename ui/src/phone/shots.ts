// The photos of this visit: each is sent in its turn, and judged by the computer.

import type { CommandCode, PhoneAnswer, PhoneShot, PhotoVerdict } from "../ipc/bindings";
import type { FailureCode } from "./texts/zh";
import { Unanswered } from "./send";

export interface Shot {
  /** From 1, as people count. */
  n: number;
  /** None for one that came before the page was loaded. */
  file: File | null;
  state: ShotState;
}

export type ShotState =
  | { kind: "waiting" }
  | { kind: "sending"; sent: number }
  | { kind: "taken"; number: number; verdicts: readonly PhotoVerdict[] }
  | { kind: "refused"; code: CommandCode }
  | { kind: "failed"; failure: FailureCode };

export type Send = (action: string, bytes: Uint8Array, onProgress: (sent: number) => void) => Promise<PhoneAnswer>;

export class Shots {
  readonly #send: Send;
  readonly #changed: () => void;
  /** Which photo on the computer a shot is to stand in for. */
  readonly #replaces = new Map<number, number>();
  #shots: readonly Shot[] = [];
  #room = 0;
  #busy = false;
  #leftOut = 0;

  constructor(room: number, there: readonly PhoneShot[], send: Send, changed: () => void) {
    this.#room = room;
    this.#shots = there.map(({ number, verdicts }, index) => ({ n: index + 1, file: null, state: { kind: "taken", number, verdicts } }));
    this.#send = send;
    this.#changed = changed;
  }

  list(): readonly Shot[] {
    return this.#shots;
  }

  /** How many more may be added, with those that are on their way. */
  room(): number {
    const onTheirWay = this.#shots.filter(({ n, state }) => isOnItsWay(state) && !this.#replaces.has(n)).length;
    return Math.max(0, this.#room - onTheirWay);
  }

  /** Whether every photo is on the computer, or was looked at and not taken. */
  isSettled(): boolean {
    return this.#shots.every(({ state }) => state.kind === "taken" || state.kind === "refused");
  }

  /** How many are on the computer. */
  taken(): number {
    return this.#shots.filter(({ state }) => state.kind === "taken").length;
  }

  /** How many of those chosen last there was no room for. */
  leftOut(): number {
    return this.#leftOut;
  }

  /** Adds as many as there is room for. */
  add(files: readonly File[]): void {
    const from = this.#shots.length;
    const room = this.room();
    this.#leftOut = Math.max(0, files.length - room);
    const added = files.slice(0, room).map((file, index): Shot => ({ n: from + index + 1, file, state: { kind: "waiting" } }));
    this.#shots = [...this.#shots, ...added];
    this.#changed();
    void this.#work();
  }

  /** Another photo in the place of shot `n`. */
  retake(n: number, file: File): void {
    const state = this.#shots.find((shot) => shot.n === n)?.state;
    if (state?.kind === "taken") this.#replaces.set(n, state.number);
    this.#shots = this.#shots.map((shot) => (shot.n === n ? { n, file, state: { kind: "waiting" } } : shot));
    this.#changed();
    void this.#work();
  }

  retry(n: number): void {
    this.#set(n, { kind: "waiting" });
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#next(); next; next = this.#next()) this.#set(next.n, await this.#one(next));
    this.#busy = false;
  }

  async #one({ n, file }: Shot): Promise<ShotState> {
    if (!file) throw new Error("only photos of this page are sent");
    this.#set(n, { kind: "sending", sent: 0 });
    const number = this.#replaces.get(n);
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const action = number === undefined ? "photo" : `photo/${String(number)}`;
      const answer = await this.#send(action, bytes, (sent) => this.#set(n, { kind: "sending", sent }));
      switch (answer.kind) {
        case "taken":
          this.#room = answer.room;
          this.#replaces.delete(n);
          return { kind: "taken", number: answer.number, verdicts: answer.verdicts };
        case "refused":
          return { kind: "refused", code: answer.code };
        case "ready":
        case "closed":
          return { kind: "failed", failure: "closed" };
      }
    } catch (reason) {
      return { kind: "failed", failure: reason instanceof Unanswered ? reason.failure : "unreachable" };
    }
  }

  #next(): Shot | undefined {
    return this.#shots.find(({ state }) => state.kind === "waiting");
  }

  #set(n: number, state: ShotState): void {
    this.#shots = this.#shots.map((shot) => (shot.n === n ? { ...shot, state } : shot));
    this.#changed();
  }
}

function isOnItsWay(state: ShotState): boolean {
  return state.kind === "waiting" || state.kind === "sending";
}
