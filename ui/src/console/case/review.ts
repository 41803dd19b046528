// One case as its screen needs it.

import { createContext, use } from "react";

import type { OpId, Profile, ReturnItem, Slot } from "../../ipc/bindings";
import { isWithin } from "../../portal/wizard/draft/pointer";
import type { SummaryNames } from "../../portal/wizard/review/summary";
import { inLanguage, useTexts } from "../../portal/wizard/texts";
import { placeLabel, slotName } from "../../portal/wizard/texts/problem";
import type { CaseView, Round } from "../apiTypes";
import { useSession } from "../session/session";
import { type ConsoleTexts, useConsoleTexts } from "../texts";
import { returnedItems, type Section, sectionsOf } from "./lines";
import { emptiedSlots, photosOf, type ReviewPhoto, slotOf } from "./photos";
import { useTables } from "./tables";

export interface AskedItem {
  item: ReturnItem;
  changed: boolean;
}

export interface Review {
  view: CaseView;
  names: SummaryNames;
  previous: Round | null;
  sections: readonly Section[];
  photos: readonly ReviewPhoto[];
  emptied: readonly Slot[];
  /** Slots that nothing was supplied for. */
  missing: readonly Slot[];
  /** What was asked in the last round, and whether it changed. */
  asked: readonly AskedItem[];
  /** Places that differ from the last round. */
  changes: number;
  mayDecide: boolean;
  /** The submission that a supervisor looks at; null for a case that was received. */
  awaiting: OpId | null;
  label: (pointer: string) => string;
}

const Context = createContext<Review | null>(null);
export const ReviewProvider = Context.Provider;

export function useReview(): Review {
  const review = use(Context);
  if (!review) throw new Error("outside of a case");
  return review;
}

/** Everything derived from what the backend gave. */
export function useReviewOf(view: CaseView, profile: Profile, awaiting: OpId | null = null): Review {
  const texts = useConsoleTexts();
  const names = useNames(view, profile);
  const { me } = useSession();
  const previous = view.rounds.at(-2) ?? null;
  const sections = sectionsOf(view.dossier, previous, view.problems, names);
  const photos = photosOf(view.dossier, previous?.dossier ?? null, profile);
  const emptied = emptiedSlots(view.dossier, previous?.dossier ?? null);
  const changedPlaces = [
    ...sections.flatMap(({ lines }) => lines.filter((line) => line.before !== null).map(({ pointer }) => pointer)),
    ...photos.filter(({ change }) => change !== "same").map(({ pointer }) => pointer),
    ...emptied.map((slot) => `/attachments/${slot}`),
  ];
  return {
    view,
    names,
    previous,
    sections,
    photos,
    emptied,
    missing: profile.slots.map(({ slot }) => slot).filter((slot) => (view.dossier.attachments[slot] ?? []).length === 0),
    asked: returnedItems(previous).map((item) => ({ item, changed: changedPlaces.some((place) => touches(item, place)) })),
    changes: changedPlaces.length,
    awaiting,
    mayDecide: me.may_review && view.tracks.review === "in_review",
    label: (pointer) => labelOf(pointer, texts, names, sections, photos),
  };
}

function useNames(view: CaseView, profile: Profile): SummaryNames {
  const form = useTexts();
  const tables = useTables();
  return {
    texts: form,
    profile,
    requirements: view.requirements,
    division: tables.division,
    mcc: (code) => {
      const name = tables.mcc.get(code);
      return name ? `${code} ${inLanguage(form, name)}` : code;
    },
  };
}

/** A returned photo opens its whole slot: a retake is a new photo. */
function touches(item: ReturnItem, place: string): boolean {
  const slot = slotOf(item.pointer);
  if (slot !== null) return slot === slotOf(place);
  return isWithin(place, item.pointer) || isWithin(item.pointer, place);
}

function labelOf(
  pointer: string,
  texts: ConsoleTexts,
  { texts: form, profile }: SummaryNames,
  sections: readonly Section[],
  photos: readonly ReviewPhoto[],
): string {
  const slot = slotOf(pointer);
  if (slot !== null) {
    const name = slotName(form, profile, slot);
    const photo = photos.find((each) => each.pointer === pointer);
    return photo && photo.of > 1 ? texts.photos.numbered(name, photo.index + 1) : name;
  }
  const line = sections.flatMap(({ lines }) => lines).find((each) => each.pointer === pointer);
  return line?.label ?? placeLabel(form, profile, { pointer });
}
