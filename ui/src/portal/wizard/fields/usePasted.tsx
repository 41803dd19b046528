import { App, Button } from "antd";
import { useCallback } from "react";

import { mayEdit, useWizard } from "../draft/context";
import { valueAt } from "../draft/pointer";
import { useTexts } from "../texts";
import { placeLabel } from "../texts/problem";
import { type PastedParts, splitPasted } from "./pasted";

/** Where the parts of a pasted text go. */
export type PasteTargets = Partial<Record<keyof PastedParts, string>>;

/**
 * For `onPasted` of the field at `own`: spreads a pasted name, phone and address over their fields and offers to
 * undo that; an ordinary text is pasted as usual.
 */
export function usePasted(own: string, targets: PasteTargets): (text: string) => string | null {
  const { draft, profile } = useWizard();
  const { message } = App.useApp();
  const texts = useTexts();
  return useCallback(
    (text: string) => {
      const parts = splitPasted(text);
      if (!parts) return null;
      const placed = (Object.entries(parts) as [keyof PastedParts, string][]).flatMap(([part, value]) => {
        const pointer = targets[part];
        const open = pointer !== undefined && mayEdit(draft.view().editing, pointer);
        return open ? [{ pointer, value, before: valueAt(draft.dossier(), pointer) }] : [];
      });
      const here = placed.find(({ pointer }) => pointer === own);
      if (!here || placed.length < 2) return null;
      for (const { pointer, value } of placed) draft.set(pointer, value);
      const key = `pasted${own}`;
      const undo = () => {
        for (const { pointer, before } of placed) draft.set(pointer, before);
        // The field that has the keyboard shows what was typed: it gives up the pasted text by losing it.
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
        message.destroy(key);
      };
      const names = texts.list(placed.map(({ pointer }) => placeLabel(texts, profile, { pointer })));
      void message.success({
        key,
        duration: 8,
        content: (
          <>
            {texts.field.pasted(names)}
            <Button type="link" size="small" onClick={undo}>
              {texts.field.undo}
            </Button>
          </>
        ),
      });
      return here.value;
    },
    [draft, profile, message, texts, own, targets],
  );
}
