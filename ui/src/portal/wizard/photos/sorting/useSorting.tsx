import { createContext, use, useMemo } from "react";

import { commands } from "../../../../ipc/bindings";
import { commandError } from "../../../../ipc/call";
import { useWizard } from "../../draft/context";
import { Sorting } from "./sorting";

const Context = createContext<Sorting | null>(null);

export const SortingProvider = Context.Provider;

/** Where files go that are meant for more than one slot. */
export function useSorting(): Sorting {
  const sorting = use(Context);
  if (!sorting) throw new Error("outside of the step of the photos");
  return sorting;
}

/** The pictures of one case that wait for their slots. */
export function useNewSorting(): Sorting {
  const { draft } = useWizard();
  return useMemo(() => {
    const bytesOf = async (file: File) => new Uint8Array(await file.arrayBuffer());
    const caseId = () => draft.view().case_id;
    return new Sorting({
      sort: async (file, taken) =>
        commands.photoSort(await bytesOf(file), {
          "case-id": caseId(),
          "file-name": encodeURIComponent(file.name),
          taken: taken.join(","),
        }),
      sortInto: async (file, slot) => commands.photoSortInto(await bytesOf(file), { "case-id": caseId(), slot }),
      error: commandError,
    });
  }, [draft]);
}
