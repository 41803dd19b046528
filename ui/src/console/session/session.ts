import { createContext, use } from "react";

import type { Me } from "../apiTypes";

export interface Session {
  me: Me;
  signOut: () => void;
}

export const SessionContext = createContext<Session | null>(null);

/** Who is signed in. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error("outside of a session");
  return session;
}
