// Files that the user drops on the window or pastes. Not every engine gives them to the page (WebKitGTK doesn't), so the
// shell hands them over.

import { type RefObject, useEffect, useEffectEvent, useState } from "react";

import { commands } from "../../../ipc/bindings";
import { onDrag } from "../../../ipc/events";

const NOTHING = new Uint8Array();

async function droppedFile(name: string, number: number): Promise<File> {
  const bytes = await commands.droppedRead(NOTHING, { number: String(number) });
  return new File([bytes], name);
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
export function useFileDrop(place: RefObject<HTMLElement | null>, take: (files: File[]) => void): boolean {
  const [isOver, setOver] = useState(false);
  const taken = useEffectEvent(take);
  useEffect(
    () =>
      onDrag((drag) => {
        const over = drag.kind !== "left" && place.current?.contains(document.elementFromPoint(drag.x, drag.y)) === true;
        setOver(over && drag.kind === "over");
        if (!over || drag.kind !== "drop") return;
        // One that can't be read arrives empty, and is refused by name like any other file that is no picture.
        const files = drag.names.map((name, number) => droppedFile(name, number).catch(() => new File([], name)));
        void Promise.all(files).then(taken);
      }),
    [place],
  );
  return isOver;
}
