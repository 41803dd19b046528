// What is being typed into one case: the source of truth of the form until the store has it.
//
// Every command that changes the case goes through one lane, so that revisions never collide with themselves. Edits
// are kept by pointer: an answer of the store replaces everything except what was typed since it was asked.

import type { CaseView, CommandError, Dossier, Problem, Requirement, SuggestionView } from "../../../ipc/bindings";
import { CommandFailed, commandError } from "../../../ipc/call";
import { indexByPointer } from "./byPointer";
import { isWithin, valueAt, withValueAt } from "./pointer";

/** Wait after the last key before a save, in milliseconds. */
export const AUTOSAVE_DELAY_MS = 300;
/** Wait before a failed save is tried again by itself, in milliseconds. */
export const RETRY_DELAY_MS = 5_000;

export interface DraftStore {
  save(caseId: string, revision: number, dossier: Dossier): Promise<CaseView>;
  show(caseId: string): Promise<CaseView>;
}

export type SaveState =
  | { kind: "saved"; atMs: number }
  | { kind: "unsaved" }
  | { kind: "saving" }
  | { kind: "failed"; error: CommandError };

export class Draft {
  readonly #store: DraftStore;
  readonly #listeners = new Set<() => void>();
  readonly #touched = new Set<string>();
  #view: CaseView;
  #dossier: Dossier;
  /** Typed and not yet sent, oldest first. */
  #edits = new Map<string, unknown>();
  /** Sent, and the answer is awaited. */
  #sent: Map<string, unknown> | null = null;
  #state: SaveState;
  #problems: ReadonlyMap<string, readonly Problem[]>;
  #requirements: ReadonlyMap<string, readonly Requirement[]>;
  #suggestions: ReadonlyMap<string, readonly SuggestionView[]>;
  #lane: Promise<unknown> = Promise.resolve();
  #queued: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(view: CaseView, store: DraftStore) {
    this.#store = store;
    this.#view = view;
    this.#dossier = view.dossier;
    this.#state = { kind: "saved", atMs: view.saved_at_ms };
    this.#problems = indexByPointer(view.problems);
    this.#requirements = indexByPointer(view.requirements);
    this.#suggestions = indexByPointer(view.suggestions);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The case as last answered by the store. */
  readonly view = (): CaseView => this.#view;
  /** The document as on screen. */
  readonly dossier = (): Dossier => this.#dossier;
  readonly state = (): SaveState => this.#state;

  problemsAt(pointer: string): readonly Problem[] {
    return this.#problems.get(pointer) ?? NONE;
  }

  requirementsAt(pointer: string): readonly Requirement[] {
    return this.#requirements.get(pointer) ?? NONE;
  }

  /** What photos say about the field. */
  suggestionsAt(pointer: string): readonly SuggestionView[] {
    return this.#suggestions.get(pointer) ?? NONE;
  }

  /** The field was left once, or its step was: what is missing there may be said now. */
  wasLeft(pointer: string): boolean {
    for (const base of this.#touched) if (isWithin(pointer, base)) return true;
    return false;
  }

  leave(pointer: string): void {
    if (this.#touched.has(pointer)) return;
    this.#touched.add(pointer);
    this.#notify();
  }

  /** The user leaves a page: everything open there may be said from now on. */
  leaveAll(isThere: (pointer: string) => boolean): void {
    const open = this.#view.problems.map((problem) => problem.pointer).filter(isThere);
    for (const pointer of open) this.#touched.add(pointer);
    if (open.length > 0) this.#notify();
  }

  /** Puts a value into the form. Choices that decide what else is asked are saved at once. */
  set(pointer: string, value: unknown, save: "soon" | "now" = "soon"): void {
    if (valueAt(this.#dossier, pointer) === value) return;
    for (const known of [...this.#edits.keys()]) if (isWithin(known, pointer)) this.#edits.delete(known);
    this.#edits.set(pointer, value);
    this.#dossier = withValueAt(this.#dossier, pointer, value);
    if (this.#state.kind !== "saving") this.#state = { kind: "unsaved" };
    this.#notify();
    if (save === "now") void this.flush();
    else this.#saveIn(AUTOSAVE_DELAY_MS);
  }

  /** Saves what is not saved yet. Resolves when the store has it or refused it; never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#edits.size === 0) return this.#lane.then(() => undefined);
    // A save that still waits for its turn will take these edits along.
    this.#queued ??= this.#inLane(() => {
      this.#queued = null;
      return this.#save();
    });
    return this.#queued;
  }

  /** Saves, then runs another command that changes the case; takes over its answer. Rejects as the command does. */
  async change(command: (revision: number) => Promise<CaseView>): Promise<CaseView> {
    await this.flush();
    return this.#inLane(async () => {
      if (this.#state.kind === "failed") throw new CommandFailed(this.#state.error);
      const view = await this.#withFreshRevision(command);
      this.#adopt(view);
      return view;
    });
  }

  /**
   * As `change`, but only of what the user has seen: when the case has become another one meanwhile, rejects as `stale` and
   * takes over what it has become.
   */
  async changeSeen(revision: number, command: () => Promise<CaseView>): Promise<CaseView> {
    await this.flush();
    return this.#inLane(async () => {
      if (this.#state.kind === "failed") throw new CommandFailed(this.#state.error);
      if (this.#view.revision !== revision) throw new CommandFailed(STALE);
      try {
        const view = await command();
        this.#adopt(view);
        return view;
      } catch (reason) {
        if (commandError(reason).code === "stale") this.#adopt(await this.#store.show(this.#view.case_id));
        throw reason;
      }
    });
  }

  /** Takes over what the store says by itself (an event came in). Older answers are ignored. */
  refresh(view: CaseView): void {
    if (view.case_id !== this.#view.case_id || view.revision < this.#view.revision || this.#sent) return;
    if (view !== this.#view) this.#adopt(view);
  }

  /** Asks the store for the case in turn; when that fails, what is shown stays as it is. */
  refreshBy(ask: () => Promise<CaseView>): Promise<void> {
    return this.#inLane(async () => {
      this.refresh(await ask());
    }).catch(() => undefined);
  }

  #saveIn(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), delay);
  }

  #inLane<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lane.then(work);
    this.#lane = turn.catch(() => undefined);
    return turn;
  }

  async #save(): Promise<void> {
    if (this.#edits.size === 0) return;
    const sent = this.#edits;
    this.#sent = sent;
    this.#edits = new Map();
    this.#state = { kind: "saving" };
    this.#notify();
    try {
      const view = await this.#withFreshRevision((revision) =>
        this.#store.save(this.#view.case_id, revision, this.#withEdits(this.#view.dossier)),
      );
      this.#sent = null;
      this.#adopt(view);
    } catch (reason) {
      this.#edits = new Map([...sent, ...this.#edits]);
      this.#sent = null;
      const error = commandError(reason);
      this.#state = { kind: "failed", error };
      if (error.retryable) this.#saveIn(RETRY_DELAY_MS);
      this.#notify();
    }
  }

  /** Runs a command; when somebody else changed the case meanwhile, reads it again and runs it once more. */
  async #withFreshRevision(command: (revision: number) => Promise<CaseView>): Promise<CaseView> {
    try {
      return await command(this.#view.revision);
    } catch (reason) {
      if (commandError(reason).code !== "stale") throw reason;
      this.#view = await this.#store.show(this.#view.case_id);
      this.#dossier = this.#withEdits(this.#view.dossier);
      return command(this.#view.revision);
    }
  }

  #adopt(view: CaseView): void {
    this.#view = view;
    this.#dossier = this.#withEdits(view.dossier);
    this.#problems = indexByPointer(view.problems, this.#problems);
    this.#requirements = indexByPointer(view.requirements, this.#requirements);
    this.#suggestions = indexByPointer(view.suggestions, this.#suggestions);
    if (this.#edits.size === 0) this.#state = { kind: "saved", atMs: view.saved_at_ms };
    else if (this.#state.kind === "saving") this.#state = { kind: "unsaved" };
    this.#notify();
  }

  /** What the store has, with everything typed that it doesn't have yet. */
  #withEdits(dossier: Dossier): Dossier {
    let edited = dossier;
    for (const [pointer, value] of this.#sent ?? []) edited = withValueAt(edited, pointer, value);
    for (const [pointer, value] of this.#edits) edited = withValueAt(edited, pointer, value);
    return edited;
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

const NONE: readonly never[] = [];
const STALE: CommandError = { code: "stale", fields: [], retryable: false, incident: null };
