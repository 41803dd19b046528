// Photos on their way into a slot: one after another, so that a stack of large files doesn't fill the memory, and
// so that the form's own saves get their turn in between.

import type { CommandError, PhotoId, Slot } from "../../../ipc/bindings";

export interface Upload {
  id: number;
  slot: Slot;
  name: string;
  bytes: number;
  /** The photo whose place it takes. */
  replaces: PhotoId | null;
  /** `as` is the id that the photo will have. */
  state: { kind: "waiting" } | { kind: "working" | "stopping"; as: PhotoId } | { kind: "failed"; error: CommandError };
}

/** A file that is read when its turn comes. */
export interface Source {
  name: string;
  /** In bytes. */
  size: number;
  /** What comes from there later is the same thing, newer. */
  origin?: string;
  read: () => Promise<File>;
}

export interface UploadPorts {
  /** Adds a photo under an id; rejects when `stopped` comes in time, but what is already being written is finished. */
  add(slot: Slot, file: File, replaces: PhotoId | null, as: PhotoId, stopped: AbortSignal): Promise<void>;
  error(reason: unknown): CommandError;
}

export class UploadQueue {
  readonly #ports: UploadPorts;
  readonly #listeners = new Set<() => void>();
  readonly #files = new Map<number, File | Source>();
  #working = new AbortController();
  #uploads: readonly Upload[] = [];
  #nextId = 1;
  #running: Promise<void> | null = null;

  constructor(ports: UploadPorts) {
    this.#ports = ports;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly uploads = (): readonly Upload[] => this.#uploads;

  /** Resolves when nothing waits or is worked on any more. */
  idle(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  add(slot: Slot, files: readonly (File | Source)[]): void {
    this.#take(slot, files, null);
  }

  replace(slot: Slot, photo: PhotoId, file: File): void {
    this.#take(slot, [file], photo);
  }

  retry(id: number): void {
    this.#setState(id, { kind: "waiting" });
    this.#work();
  }

  /** Gives up a photo that waits or is worked on. */
  cancel(id: number): void {
    const upload = this.#uploads.find((each) => each.id === id);
    if (upload?.state.kind === "waiting") this.dismiss(id);
    if (upload?.state.kind !== "working") return;
    this.#setState(id, { kind: "stopping", as: upload.state.as });
    this.#working.abort();
  }

  dismiss(id: number): void {
    this.#files.delete(id);
    this.#change(this.#uploads.filter((upload) => upload.id !== id));
  }

  #take(slot: Slot, files: readonly (File | Source)[], replaces: PhotoId | null): void {
    const added = files.map((file): Upload => {
      const id = this.#nextId++;
      this.#files.set(id, file);
      return { id, slot, name: file.name, bytes: file.size, replaces, state: { kind: "waiting" } };
    });
    this.#change([...this.#uploads, ...added]);
    this.#work();
  }

  #work(): void {
    this.#running ??= this.#all().finally(() => {
      this.#running = null;
      if (this.#waiting()) this.#work();
    });
  }

  async #all(): Promise<void> {
    for (let next = this.#waiting(); next; next = this.#waiting()) await this.#one(next);
  }

  async #one(upload: Upload): Promise<void> {
    const file = this.#files.get(upload.id);
    if (!file) return;
    const as = crypto.randomUUID();
    this.#setState(upload.id, { kind: "working", as });
    this.#working = new AbortController();
    const stopped = this.#working.signal;
    try {
      const read = file instanceof File ? file : await file.read();
      stopped.throwIfAborted();
      await this.#ports.add(upload.slot, read, upload.replaces, as, stopped);
      this.dismiss(upload.id);
    } catch (reason) {
      if (stopped.aborted) this.dismiss(upload.id);
      else this.#setState(upload.id, { kind: "failed", error: this.#ports.error(reason) });
    }
  }

  #waiting(): Upload | undefined {
    return this.#uploads.find((upload) => upload.state.kind === "waiting");
  }

  #setState(id: number, state: Upload["state"]): void {
    this.#change(this.#uploads.map((upload) => (upload.id === id ? { ...upload, state } : upload)));
  }

  #change(uploads: readonly Upload[]): void {
    this.#uploads = uploads;
    for (const listener of this.#listeners) listener();
  }
}
