import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useParams } from "react-router";

import { type CaseView, commands, type Profile } from "../../ipc/bindings";
import { commandError } from "../../ipc/call";
import { keys } from "../../ipc/keys";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { CommandErrorPanel } from "../errors";
import { Page } from "../frame/Page";
import { useCase, useProfile } from "../queries";
import { Draft, type DraftStore } from "./draft/Draft";
import { UploadQueue } from "./photos/uploads";
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
  const [work] = useState(() => left.get(view.case_id) ?? begun(view));
  const { draft, uploads } = work;

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
      void keepUntilDone(work).then(stop);
    };
  }, [client, draft, work]);

  return <WizardForm draft={draft} uploads={uploads} profile={profile} />;
}

/** What was typed and photographed into one case, and isn't stored yet. */
interface Work {
  draft: Draft;
  uploads: UploadQueue;
}

/** Work whose page was left before it was done, or with a photo that failed: shown as it is when the page is opened again. */
const left = new Map<string, Work>();

async function keepUntilDone(work: Work): Promise<void> {
  const { draft, uploads } = work;
  const { case_id } = draft.view();
  left.set(case_id, work);
  await Promise.all([draft.flush(), uploads.idle()]);
  if (draft.state().kind === "saved" && uploads.uploads().length === 0) left.delete(case_id);
}

function begun(view: CaseView): Work {
  const draft = new Draft(view, STORE);
  return { draft, uploads: uploadsOf(draft) };
}

function uploadsOf(draft: Draft): UploadQueue {
  return new UploadQueue({
    add: async (slot, file, replaces, as, stopped) => {
      const bytes = new Uint8Array(await file.arrayBuffer());
      // Who is no longer waited for says so by its own answer.
      stopped.addEventListener("abort", () => void commands.photoStop(as).catch(() => undefined));
      const of = { "case-id": draft.view().case_id, "new-photo-id": as };
      await draft.change(() => {
        stopped.throwIfAborted();
        return replaces === null
          ? commands.photoAdd(bytes, { ...of, slot })
          : commands.photoReplace(bytes, { ...of, "photo-id": replaces });
      });
    },
    error: commandError,
  });
}
