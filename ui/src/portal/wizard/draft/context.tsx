// What the fields of the form read: each subscribes to its own place, so that a key press paints one field.

import { createContext, use, useSyncExternalStore } from "react";

import type { CaseView, Dossier, Editing, Problem, Profile, Requirement, SuggestionView } from "../../../ipc/bindings";
import type { UploadQueue } from "../photos/uploads";
import type { Draft, SaveState } from "./Draft";
import { isWithin, valueAt } from "./pointer";
import type { Target } from "./target";

export interface Wizard {
  draft: Draft;
  profile: Profile;
  uploads: UploadQueue;
  /** Goes to the step of a place and puts the keyboard there. */
  jump: (target: Target) => void;
}

const Context = createContext<Wizard | null>(null);

export const WizardProvider = Context.Provider;

export function useWizard(): Wizard {
  const wizard = use(Context);
  if (!wizard) throw new Error("outside of the wizard");
  return wizard;
}

/** A part of the document on screen; painted again when that part changes. */
export function useValue<T>(part: (dossier: Dossier) => T): T {
  const { draft } = useWizard();
  return useSyncExternalStore(draft.subscribe, () => part(draft.dossier()));
}

export function useDossier(): Dossier {
  const { draft } = useWizard();
  return useSyncExternalStore(draft.subscribe, draft.dossier);
}

/** The case as the store last answered. */
export function useCaseView(): CaseView {
  const { draft } = useWizard();
  return useSyncExternalStore(draft.subscribe, draft.view);
}

export function useSaveState(): SaveState {
  const { draft } = useWizard();
  return useSyncExternalStore(draft.subscribe, draft.state);
}

export interface FieldState<T> {
  value: T;
  /** What is wrong here, whether or not it is time to say so. */
  problems: readonly Problem[];
  /** Why it is asked for; absent = optional. */
  requirement: Requirement | undefined;
  /** The user was here before. */
  wasLeft: boolean;
  readOnly: boolean;
}

/** What one control needs. The caller knows the document's type at `pointer`. */
export function useField<T>(pointer: string): FieldState<T> {
  const { draft } = useWizard();
  const value = useValue((dossier) => valueAt(dossier, pointer)) as T;
  const problems = useSyncExternalStore(draft.subscribe, () => draft.problemsAt(pointer));
  const requirements = useSyncExternalStore(draft.subscribe, () => draft.requirementsAt(pointer));
  const wasLeft = useSyncExternalStore(draft.subscribe, () => draft.wasLeft(pointer));
  const readOnly = useReadOnly(pointer);
  return { value, problems, requirement: requirements[0], wasLeft, readOnly };
}

/** What photos say about one field. */
export function useSuggestions(pointer: string): readonly SuggestionView[] {
  const { draft } = useWizard();
  return useSyncExternalStore(draft.subscribe, () => draft.suggestionsAt(pointer));
}

export function useReadOnly(pointer: string): boolean {
  const { draft } = useWizard();
  return useSyncExternalStore(draft.subscribe, () => !mayEdit(draft.view().editing, pointer));
}

/** Whether the place may be changed now; a return opens the places it names and what lies below them. */
export function mayEdit(editing: Editing, pointer: string): boolean {
  switch (editing.mode) {
    case "everything":
      return true;
    case "only":
      return editing.pointers.some((open) => isWithin(pointer, open));
    case "nothing":
      return false;
  }
}
