import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useParams } from "react-router";

import { type CaseView, commands, type Profile } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { CommandErrorPanel } from "../errors";
import { useCase, useProfile } from "../queries";
import { Draft, type DraftStore } from "./draft/Draft";
import { WizardForm } from "./WizardForm";

const STORE: DraftStore = { save: commands.caseSave, show: commands.caseShow };

/** The application form of one case. */
export function WizardPage() {
  const { caseId: id = "" } = useParams();
  const profile = useProfile();
  const view = useCase(id);
  const failure = view.error ?? profile.error;
  if (view.data && profile.data) return <Loaded key={id} view={view.data} profile={profile.data} />;
  if (!failure) return <DelayedSkeleton rows={10} />;
  return (
    <CommandErrorPanel
      thrown={failure}
      onRetry={() => {
        void view.refetch();
        void profile.refetch();
      }}
    />
  );
}

/** Keeps the draft while the page is open; what the store says by itself is handed to it. */
function Loaded({ view, profile }: { view: CaseView; profile: Profile }) {
  const client = useQueryClient();
  const [draft] = useState(() => new Draft(view, STORE));
  const isFirst = useRef(true);

  useEffect(() => {
    if (!isFirst.current) draft.refresh(view);
    isFirst.current = false;
  }, [draft, view]);

  useEffect(() => {
    // Other pages show what was answered here without asking again.
    const stop = draft.subscribe(() => client.setQueryData(keys.case(draft.view().case_id), draft.view()));
    const save = () => void draft.flush();
    window.addEventListener("blur", save);
    document.addEventListener("visibilitychange", save);
    return () => {
      stop();
      save();
      window.removeEventListener("blur", save);
      document.removeEventListener("visibilitychange", save);
    };
  }, [client, draft]);

  return <WizardForm draft={draft} profile={profile} />;
}
