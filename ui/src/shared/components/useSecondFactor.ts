import { useState } from "react";

import type { SecondFactorView } from "../../ipc/bindings";

interface Who {
  user: string;
  password: string;
}

/** Whether an authenticator's code is asked for, and what to set an app up with before the first. */
type Asked = { setup: SecondFactorView | null };

/** The code that may go with a password: what a refused sign-in says of it, until somebody else signs in. */
export function useSecondFactor(setUp: (who: Who) => Promise<SecondFactorView>) {
  const [asked, setAsked] = useState<Asked | null>(null);
  return {
    asked,
    /** Takes a refusal's code, if it only says that the authenticator's is missing: then nothing went wrong yet. */
    takes: async (code: string | null, who: Who): Promise<boolean> => {
      if (code === "second_factor_needed") setAsked({ setup: null });
      else if (code === "second_factor_unset") setAsked({ setup: await setUp(who) });
      else return false;
      return true;
    },
    forget: () => setAsked(null),
    /** A form's changed values: another person's code, or nobody's, is another matter. */
    forgetOthers: (changed: object) => {
      if ("user" in changed || "password" in changed) setAsked(null);
    },
  };
}
