import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";

import { commands, type PhoneView, type Slot } from "../../../ipc/bindings";
import { keys } from "../../../ipc/keys";
import { usePhone } from "../../queries";
import { useWizard } from "../draft/context";

export type PhoneDoor =
  | { kind: "opening" }
  | { kind: "open"; view: PhoneView }
  | { kind: "ended" }
  | { kind: "failed"; thrown: unknown };

/**
 * A door for a phone's photos of a slot: open for as long as the component is there, unless it closes by itself. `open`
 * opens it anew, with another code, at an address or at the likeliest.
 */
export function usePhoneDoor(slot: Slot): { door: PhoneDoor; open: (address: string | null) => void } {
  const client = useQueryClient();
  const { draft } = useWizard();
  const opening = useMutation({
    mutationFn: (address: string | null) => commands.phoneOpen(draft.view().case_id, slot, address),
    onSuccess: (view) => client.setQueryData(keys.phone, view),
  });
  const known = usePhone(opening.isSuccess).data;
  const openFirst = useEffectEvent(() => opening.mutate(null));
  useEffect(() => {
    openFirst();
    return () => {
      // Nobody is left who could be told.
      commands.phoneClose().catch(() => undefined);
    };
  }, []);

  return { door: doorOf(), open: (address) => opening.mutate(address) };

  function doorOf(): PhoneDoor {
    if (opening.isError) return { kind: "failed", thrown: opening.error };
    if (!opening.isSuccess) return { kind: "opening" };
    return known?.slot === slot ? { kind: "open", view: known } : { kind: "ended" };
  }
}
