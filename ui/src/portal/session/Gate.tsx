import { useQueryClient } from "@tanstack/react-query";
import { ConfigProvider } from "antd";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { RouterProvider } from "react-router";

import type { SessionView } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";
import { Delayed, DelayedSkeleton } from "../../shared/components/Delayed";
import { CommandErrorPanel } from "../errors";
import { useSession } from "../queries";
import { ExitGuard } from "../quit/ExitGuard";
import { newRouter } from "../router";
import { SessionProvider } from "./context";
import { IdleLock } from "./IdleLock";
import { LockScreen } from "./LockScreen";
import { RecoveryCode } from "./RecoveryCode";
import styles from "./session.module.css";
import { StartScreen } from "./StartScreen";
import { VaultScreen } from "./VaultScreen";

const HandedOver = lazy(() => import("../contract/HandedOver").then((module) => ({ default: module.HandedOver })));

/** Lets the session's owner in, and covers everything while the window is locked. */
export function Gate() {
  const client = useQueryClient();
  const { data: session, error, refetch } = useSession();
  const [recoveryCode, showRecoveryCode] = useState<string | null>(null);
  const access = useMemo(
    () =>
      session && {
        session,
        setSession: (next: SessionView) => client.setQueryData(keys.session, next),
        showRecoveryCode,
      },
    [client, session],
  );
  if (!access) {
    return error ? (
      <StartScreen>
        <CommandErrorPanel thrown={error} onRetry={() => void refetch()} />
      </StartScreen>
    ) : (
      <Delayed>
        <StartScreen>
          <DelayedSkeleton />
        </StartScreen>
      </Delayed>
    );
  }
  return (
    <SessionProvider value={access}>
      <Inside session={access.session} covered={recoveryCode !== null}>
        {recoveryCode !== null && (
          <StartScreen>
            <RecoveryCode code={recoveryCode} onKept={() => showRecoveryCode(null)} />
          </StartScreen>
        )}
      </Inside>
    </SessionProvider>
  );
}

interface InsideProps {
  session: SessionView;
  /** `children` lie over the screens. */
  covered: boolean;
  children: ReactNode;
}

function Inside({ session, covered: byCode, children }: InsideProps) {
  const tenure = useTenure(session);
  const shut = session.phase === "locked" || session.phase === "vault_needed";
  const covered = shut || byCode || session.phase === "handed_over";
  const recovering = session.vault === "secrets_missing" && session.accounts.length > 0;
  return (
    <>
      {tenure !== null && <Workplace key={tenure} covered={covered} />}
      {(session.phase === "open" || session.phase === "handed_over") && <IdleLock />}
      {session.handed_over !== null && (
        <Suspense fallback={<StartScreen>{null}</StartScreen>}>
          <HandedOver caseId={session.handed_over} />
        </Suspense>
      )}
      {shut && (session.phase === "locked" || recovering ? <LockScreen /> : <VaultScreen />)}
      {children}
      <ExitGuard covered={covered} />
    </>
  );
}

/** For a change that is to be painted at once, as the steps of the form are. */
const atOnce = (change: () => unknown): undefined => void flushSync(change);

/** The screens. Covered, they keep everything typed, and nobody sees or reaches them. */
function Workplace({ covered }: { covered: boolean }) {
  const [router] = useState(newRouter);
  const place = useRef<HTMLDivElement>(null);
  return (
    <div ref={place} className={covered ? styles.covered : styles.workplace} inert={covered} aria-hidden={covered}>
      {/* Menus and dialogs open inside, so that the cover hides them too. */}
      <ConfigProvider getPopupContainer={() => place.current ?? document.body}>
        <RouterProvider router={router} flushSync={atOnce} />
      </ConfigProvider>
    </div>
  );
}

/**
 * Number of the present owner's turn at this computer, null before the first. A guest who signs in goes on with what
 * is open; another account begins with nothing of the one before.
 */
function useTenure(session: SessionView): number | null {
  const client = useQueryClient();
  const [turn, setTurn] = useState<{ account: string | null; number: number } | null>(null);
  const inside = session.phase === "open" || session.phase === "guest";
  const account = session.account?.account ?? null;
  const stranger = inside && turn !== null && turn.account !== null && turn.account !== account;
  if (inside && !stranger && turn?.account !== account) setTurn({ account, number: turn?.number ?? 0 });
  useEffect(() => {
    if (!stranger) return;
    window.location.hash = "";
    for (const queryKey of [keys.workbench, keys.caseLists, keys.cases, keys.outbox, keys.safety]) {
      client.removeQueries({ queryKey });
    }
    // Only now, with the other's data gone, may the screens be painted again.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setTurn((before) => ({ account, number: (before?.number ?? 0) + 1 }));
  }, [stranger, account, client]);
  return turn === null || stranger ? null : turn.number;
}
