import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useParams } from "react-router";

import { type CaseView, commands, type Profile } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { CommandErrorPanel } from "../errors";
import { Page } from "../frame/Page";
import { useCase, useProfile } from "../queries";
import { Draft, type DraftStore } from "./draft/Draft";
import { useTexts } from "./texts";
import { WizardForm } from "./WizardForm";

const STORE: DraftStore = { save: commands.caseSave, show: commands.caseShow };

/** The application form of one case. */
export function WizardPage() {
  const texts = useTexts();
  return (
    <Page label={texts.wizard.title} filled>
      <Contents />
    </Page>
  );
}

function Contents() {
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
  const [draft] = useState(() => unsaved.get(view.case_id) ?? new Draft(view, STORE));

  useEffect(() => {
    draft.refresh(view);
  }, [draft, view]);

  // The papers among the photos are read as soon as they are here; what they say comes with the case.
  const photos = view.photos.map((photo) => photo.photo_id).join(" ");
  useEffect(() => {
    if (photos === "" || view.editing.mode === "nothing") return;
    void draft.refreshBy(() => commands.photoRead(view.case_id));
  }, [draft, photos, view.case_id, view.editing.mode]);

  useEffect(() => {
    let known = draft.view();
    // Other pages show what was answered here without asking again.
    const stop = draft.subscribe(() => {
      if (draft.view() === known) return;
      known = draft.view();
      client.setQueryData(keys.case(known.case_id), known);
    });
    const save = () => void draft.flush();
    window.addEventListener("blur", save);
    document.addEventListener("visibilitychange", save);
    return () => {
      window.removeEventListener("blur", save);
      document.removeEventListener("visibilitychange", save);
      void keepUntilSaved(draft).then(stop);
    };
  }, [client, draft]);

  return <WizardForm draft={draft} profile={profile} />;
}

/** Drafts whose page was left while they couldn't be stored: they are shown as typed when it is opened again. */
const unsaved = new Map<string, Draft>();

async function keepUntilSaved(draft: Draft): Promise<void> {
  const { case_id } = draft.view();
  unsaved.set(case_id, draft);
  await draft.flush();
  if (draft.state().kind === "saved") unsaved.delete(case_id);
}
