import { createContext, use } from "react";

import type { SessionView } from "../../ipc/bindings";

export interface SessionAccess {
  session: SessionView;
  /** Takes the answer of a session command, before the shell's event asks for it anew. */
  setSession: (session: SessionView) => void;
  /** Shows a new recovery code over everything until the user has kept it, whatever happens below meanwhile. */
  showRecoveryCode: (code: string) => void;
}

const Context = createContext<SessionAccess | null>(null);

export const SessionProvider = Context.Provider;

/** Who is signed in. */
export function useSessionAccess(): SessionAccess {
  const access = use(Context);
  if (!access) throw new Error("outside of the session");
  return access;
}
