// Files that the user drops on the window or pastes. Not every engine gives them to the page (WebKitGTK doesn't), so the
// shell hands them over.

import { type RefObject, useEffect, useEffectEvent, useState } from "react";

import { commands } from "../../../ipc/bindings";
import { type DroppedFile, onDrag } from "../../../ipc/events";
import type { Source } from "./uploads";

const NOTHING = new Uint8Array();

function dropped({ number, name, size_bytes }: DroppedFile): Source {
  return {
    name,
    size: size_bytes,
    read: async () => new File([await commands.droppedRead(NOTHING, { number: String(number) })], name),
  };
}

/** What the clipboard holds, when the page's own event has no files: the picture that was copied, if there is one. */
export async function pastedFiles(own: FileList): Promise<File[]> {
  if (own.length > 0) return [...own];
  try {
    return [new File([await commands.clipboardPicture(NOTHING, {})], "clipboard.png", { type: "image/png" })];
  } catch {
    return [];
  }
}

/** Takes files dropped on `place`; says whether some are held over it. */
export function useFileDrop(place: RefObject<HTMLElement | null>, take: (files: readonly Source[]) => void): boolean {
  const [isOver, setOver] = useState(false);
  const taken = useEffectEvent(take);
  useEffect(
    () =>
      onDrag((drag) => {
        const over = drag.kind !== "left" && place.current?.contains(document.elementFromPoint(drag.x, drag.y)) === true;
        setOver(over && drag.kind === "over");
        if (over && drag.kind === "drop") taken(drag.files.map(dropped));
      }),
    [place],
  );
  return isOver;
}
