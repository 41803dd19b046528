// Files that the user drops on the window or pastes. Not every engine gives them to the page (WebKitGTK doesn't), so the
// shell hands them over.

import { type RefObject, useEffect, useEffectEvent, useState } from "react";

import { App } from "antd";

import { commands, type HandedFile } from "../../../ipc/bindings";
import { onDrag } from "../../../ipc/events";
import { useTexts } from "../texts";
import type { Source } from "./uploads";

/** The body of a command that takes none. */
export const NOTHING = new Uint8Array();

/** A dropped or chosen file: the shell has it by its number. */
export const handed = (file: HandedFile): Source => ({ ...of(file), read: reader(file, commands.droppedRead) });

/** A file that a scanner gave: under its name another may come in its place. */
export const scanned = (file: HandedFile): Source => ({
  ...of(file),
  origin: file.name,
  read: reader(file, commands.scannerRead),
});

const of = ({ name, size_bytes }: HandedFile) => ({ name, size: size_bytes });

const reader =
  ({ number, name }: HandedFile, command: typeof commands.droppedRead) =>
  async () =>
    new File([await command(NOTHING, { number: String(number) })], name);

/** What the clipboard holds, when the page's own event has no files: the picture that was copied, if there is one. */
export async function pastedFiles(own: FileList): Promise<File[]> {
  if (own.length > 0) return [...own];
  try {
    return [new File([await commands.clipboardPicture(NOTHING, {})], "clipboard.png", { type: "image/png" })];
  } catch {
    return [];
  }
}

/**
 * Takes files dropped on `place`, but not on what `apart` selects within it; says whether some are held over it.
 * `isMixed`: they came with a folder.
 */
export function useFileDrop(
  place: RefObject<HTMLElement | null>,
  take: (files: readonly Source[], isMixed: boolean) => void,
  apart?: string,
): boolean {
  const [isOver, setOver] = useState(false);
  const { message } = App.useApp();
  const { tooMany } = useTexts().sorting;
  const taken = useEffectEvent(take);
  const refused = useEffectEvent(() => void message.error(tooMany));
  useEffect(
    () =>
      onDrag((drag) => {
        const target = drag.kind === "left" ? null : document.elementFromPoint(drag.x, drag.y);
        const within = target !== null && place.current?.contains(target) === true;
        const over = within && (apart === undefined || target.closest(apart) === null);
        setOver(over && drag.kind === "over");
        if (!over || drag.kind !== "drop") return;
        if (drag.files === null) refused();
        else taken(drag.files.map(handed), drag.fromFolder);
      }),
    [place, apart],
  );
  return isOver;
}
