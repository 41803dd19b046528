import type { CaseView, PhotoArea, PhotoId } from "../../../ipc/bindings";

/** Where a photo says something else than the form, in shares of the photo. */
export function differencesOn({ problems, suggestions }: CaseView, photo: PhotoId): readonly PhotoArea[] {
  const differing = new Set(problems.flatMap(({ code, pointer }) => (code === "differs_from_photo" ? [pointer] : [])));
  return suggestions
    .filter(({ photo_id, pointer, agreement }) => photo_id === photo && agreement === "differs" && differing.has(pointer))
    .map(({ place }) => place);
}
