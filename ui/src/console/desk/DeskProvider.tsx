import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from "react";

import type { CaseId } from "../../ipc/bindings";
import { type Act, after, type Desk, holdsWork, NO_PAPERS, type Papers } from "./desk";

interface Kept {
  desk: Desk;
  act: (case_id: CaseId, act: Act) => void;
}

const Context = createContext<Kept | null>(null);

/** Another `owner` finds an empty desk; signing in again as the same person finds it as it was. */
export function DeskProvider({ owner, children }: { owner: string | null; children: ReactNode }) {
  const [kept, setKept] = useState<{ owner: string | null; desk: Desk }>({ owner, desk: new Map() });
  if (owner !== null && owner !== kept.owner) {
    setKept({ owner, desk: kept.owner === null ? kept.desk : new Map() });
  }
  const { desk } = kept;

  const act = useCallback((case_id: CaseId, what: Act) => {
    setKept((was) => {
      const papers = after(was.desk.get(case_id) ?? NO_PAPERS, what);
      return { ...was, desk: new Map(was.desk).set(case_id, papers) };
    });
  }, []);

  const unsaved = holdsWork(desk);
  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [unsaved]);

  const value = useMemo(() => ({ desk, act }), [desk, act]);
  return <Context value={value}>{children}</Context>;
}

export function useDesk(): Desk {
  return useKept().desk;
}

/** What lies on the desk for a case, and how it changes. */
export function usePapers(case_id: CaseId): [Papers, (act: Act) => void] {
  const { desk, act } = useKept();
  const onCase = useCallback((what: Act) => act(case_id, what), [act, case_id]);
  return [desk.get(case_id) ?? NO_PAPERS, onCase];
}

function useKept(): Kept {
  const kept = use(Context);
  if (!kept) throw new Error("outside of the desk");
  return kept;
}
