import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Route, Routes, useLocation } from "react-router";

import { Appearance } from "../shared/Appearance";
import { CrashBoundary } from "../shared/components/CrashBoundary";
import { DelayedSkeleton } from "../shared/components/Delayed";
import { setLanguage } from "../shared/i18n";
import { ApiError, signOut, whoAmI } from "./api";
import type { Me } from "./apiTypes";
import { ApprovalScreen } from "./approvals/ApprovalScreen";
import { ApprovalsScreen } from "./approvals/ApprovalsScreen";
import { CaseScreen } from "./case/CaseScreen";
import { DeskProvider } from "./desk/DeskProvider";
import { ErrorOf } from "./ErrorOf";
import { Frame } from "./frame/Frame";
import { keepLook, type Look } from "./frame/look";
import { PaperScreen } from "./papers/PaperScreen";
import { PapersScreen } from "./papers/PapersScreen";
import { QueueScreen } from "./queue/QueueScreen";
import { SessionContext } from "./session/session";
import { SignIn } from "./session/SignIn";

type Phase =
  | { phase: "asking" }
  | { phase: "failed"; error: unknown }
  | { phase: "out"; expired: boolean }
  | { phase: "in"; me: Me };

/** Keeps the sign-in: what a reviewer began outlives it, what was read from the backend doesn't. */
export function Console({ look: firstLook }: { look: Look }) {
  const [look, setLook] = useState(firstLook);
  const [phase, setPhase] = useState<Phase>({ phase: "asking" });
  const [client] = useState(() => makeClient(() => setPhase({ phase: "out", expired: true })));
  const { pathname } = useLocation();

  const changeLook = (next: Look) => {
    keepLook(next);
    setLanguage(next.language);
    setLook(next);
  };
  const asking = phase.phase === "asking";
  useEffect(() => {
    if (!asking) return;
    whoAmI().then(
      (me) => setPhase({ phase: "in", me }),
      (error: unknown) => {
        const out = error instanceof ApiError && (error.endsSession || error.code === "forbidden");
        setPhase(out ? { phase: "out", expired: false } : { phase: "failed", error });
      },
    );
  }, [asking]);
  const isOut = phase.phase === "out";
  useEffect(() => {
    if (isOut) client.clear();
  }, [isOut, client]);

  const leave = () => {
    // The cookie dies on the backend; if that fails, the page forgets all the same.
    void signOut().catch(() => undefined);
    setPhase({ phase: "out", expired: false });
  };

  const owner = phase.phase === "in" ? phase.me.account.account_id : null;
  return (
    <Appearance theme={look.theme} text_percent={100}>
      <QueryClientProvider client={client}>
        <DeskProvider owner={owner}>
          {phase.phase === "asking" && <DelayedSkeleton />}
          {phase.phase === "failed" && (
            <ErrorOf error={phase.error} onRetry={() => setPhase({ phase: "asking" })} />
          )}
          {phase.phase === "out" && (
            <SignIn
              expired={phase.expired}
              look={look}
              onLook={changeLook}
              onSignedIn={(me) => setPhase({ phase: "in", me })}
            />
          )}
          {phase.phase === "in" && (
            <SessionContext value={{ me: phase.me, signOut: leave }}>
              <Frame look={look} onLook={changeLook}>
                <CrashBoundary place={pathname}>
                  <Routes>
                    {phase.me.may_read && <Route path="/case/:caseId" element={<CaseScreen />} />}
                    {phase.me.may_read && <Route path="/paper-contracts" element={<PapersScreen />} />}
                    {phase.me.may_read && <Route path="/paper-contract/:opId" element={<PaperScreen />} />}
                    {phase.me.may_approve && <Route path="/approval/:opId" element={<ApprovalScreen />} />}
                    <Route path="*" element={phase.me.may_approve ? <ApprovalsScreen /> : <QueueScreen />} />
                  </Routes>
                </CrashBoundary>
              </Frame>
            </SessionContext>
          )}
        </DeskProvider>
      </QueryClientProvider>
    </Appearance>
  );
}

function makeClient(onExpired: () => void): QueryClient {
  const watch = (error: unknown) => {
    if (error instanceof ApiError && error.endsSession) onExpired();
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    defaultOptions: {
      queries: { retry: retries, staleTime: 5_000 },
      mutations: { retry: false, onError: watch },
    },
  });
  return client;
}

/** Only what may be better a moment later is asked for again. */
function retries(count: number, error: unknown): boolean {
  return count < 1 && error instanceof ApiError && (error.code === "offline" || error.code === "unavailable");
}
