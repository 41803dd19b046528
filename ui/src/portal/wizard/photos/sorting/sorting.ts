// Pictures that are to be put into slots: each is looked at in its turn, proposed for a slot, and stays here until a
// person confirms. One at a time, because what one is proposed for is no longer free for the next.

import type { CommandError, Slot, SortedPhotoView } from "../../../../ipc/bindings";
import type { Source } from "../uploads";

export interface Sorted {
  id: number;
  name: string;
  bytes: number;
  /** Where it goes; null = nowhere. */
  slot: Slot | null;
  state:
    | { kind: "waiting" }
    | { kind: "working" }
    | { kind: "sorted"; view: SortedPhotoView }
    | { kind: "failed"; error: CommandError };
}

export interface SortingPorts {
  /** `taken`: the slots of the others, each as often as it is promised. */
  sort(file: File, taken: readonly Slot[]): Promise<SortedPhotoView>;
  sortInto(file: File, slot: Slot): Promise<SortedPhotoView>;
  error(reason: unknown): CommandError;
}

/** What a confirmed picture is added with. */
export interface Placed {
  slot: Slot;
  source: File | Source;
}

export class Sorting {
  readonly #ports: SortingPorts;
  readonly #listeners = new Set<() => void>();
  readonly #sources = new Map<number, File | Source>();
  /** Waits to be judged for the slot that a person chose. */
  readonly #chosen = new Set<number>();
  /** A person has said where it goes, or that it goes nowhere: no proposal changes that. */
  readonly #decided = new Set<number>();
  #items: readonly Sorted[] = [];
  #nextId = 1;
  #busy = false;

  constructor(ports: SortingPorts) {
    this.#ports = ports;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly items = (): readonly Sorted[] => this.#items;

  add(files: readonly (File | Source)[]): void {
    const added = files.map((file): Sorted => {
      const id = this.#nextId++;
      this.#sources.set(id, file);
      return { id, name: file.name, bytes: file.size, slot: null, state: { kind: "waiting" } };
    });
    this.#change([...this.#items.filter(({ id }) => !this.#isReplaced(id, files)), ...added]);
    void this.#work();
  }

  /** A person says where it goes, or that it goes nowhere. */
  choose(id: number, slot: Slot | null): void {
    this.#set(id, { slot });
    this.#decided.add(id);
    if (slot === null) this.#chosen.delete(id);
    else this.#chosen.add(id);
    void this.#work();
  }

  /** Gives what has a place, and forgets everything. */
  confirm(): Placed[] {
    const placed = this.#items.flatMap(({ id, slot }): Placed[] => {
      const source = this.#sources.get(id);
      return slot === null || !source ? [] : [{ slot, source }];
    });
    this.clear();
    return placed;
  }

  clear(): void {
    this.#sources.clear();
    this.#chosen.clear();
    this.#decided.clear();
    this.#change([]);
  }

  #isReplaced(id: number, files: readonly (File | Source)[]): boolean {
    const source = this.#sources.get(id);
    const origin = source instanceof File ? undefined : source?.origin;
    return origin !== undefined && files.some((file) => !(file instanceof File) && file.origin === origin);
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#next(); next; next = this.#next()) await this.#one(next);
    this.#busy = false;
  }

  /** What a person waits for comes first. */
  #next(): Sorted | undefined {
    const chosen = this.#items.find(({ id }) => this.#chosen.has(id));
    return chosen ?? this.#items.find(({ state }) => state.kind === "waiting");
  }

  async #one({ id, slot }: Sorted): Promise<void> {
    const source = this.#sources.get(id);
    const isChosen = this.#chosen.delete(id);
    if (!source) return;
    this.#set(id, { state: { kind: "working" } });
    try {
      const file = source instanceof File ? source : await source.read();
      if (isChosen && slot !== null) {
        const view = await this.#ports.sortInto(file, slot);
        this.#set(id, { state: { kind: "sorted", view } });
      } else {
        const taken = this.#items.flatMap((item) => item.slot ?? []);
        const view = await this.#ports.sort(file, taken);
        // Whoever chose meanwhile knows better.
        this.#set(id, this.#decided.has(id) ? { state: { kind: "sorted", view } } : { slot: view.slot, state: { kind: "sorted", view } });
      }
    } catch (reason) {
      this.#chosen.delete(id);
      this.#set(id, { slot: null, state: { kind: "failed", error: this.#ports.error(reason) } });
    }
  }

  #set(id: number, part: Partial<Sorted>): void {
    this.#change(this.#items.map((item) => (item.id === id ? { ...item, ...part } : item)));
  }

  #change(items: readonly Sorted[]): void {
    this.#items = items;
    for (const listener of this.#listeners) listener();
  }
}
