import { Tabs } from "antd";
import { useParams, useSearchParams } from "react-router";

import type { CaseView, Profile } from "../../ipc/bindings";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { ContractTab } from "../contract/ContractTab";
import { CommandErrorPanel } from "../errors";
import { Page } from "../frame/Page";
import { useCase, useProfile } from "../queries";
import { Photos } from "../wizard/review/PhotoStrip";
import { useTexts } from "../wizard/texts";
import { CaseHeader } from "./CaseHeader";
import styles from "./case.module.css";
import { DataTab } from "./DataTab";
import { DocumentsTab } from "./DocumentsTab";
import { OutboxPanel } from "./OutboxPanel";
import { Progress } from "./Progress";
import { ReviewTab } from "./ReviewTab";
import { Timeline } from "./Timeline";

const TAB = "tab";

/** One case with everything that happened to it. */
export function CasePage() {
  const texts = useTexts();
  return (
    <Page label={texts.case.title} filled>
      <Contents />
    </Page>
  );
}

function Contents() {
  const { caseId: id = "" } = useParams();
  const profile = useProfile();
  const view = useCase(id);
  if (view.data && profile.data) return <Loaded view={view.data} profile={profile.data} />;
  const failure = view.error ?? profile.error;
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

function Loaded({ view, profile }: { view: CaseView; profile: Profile }) {
  const texts = useTexts();
  const [search, setSearch] = useSearchParams();
  const items = [
    { key: "data", label: texts.case.tabs.data, children: <DataTab view={view} profile={profile} /> },
    {
      key: "photos",
      label: texts.case.tabs.photos,
      children: <Photos attachments={view.dossier.attachments} views={view.photos} profile={profile} />,
    },
    { key: "review", label: texts.case.tabs.review, children: <ReviewTab view={view} profile={profile} /> },
    { key: "contract", label: texts.case.tabs.contract, children: <ContractTab caseId={view.case_id} /> },
    { key: "documents", label: texts.case.tabs.documents, children: <DocumentsTab view={view} /> },
  ];
  return (
    <div className={styles.page}>
      <CaseHeader view={view} />
      <OutboxPanel view={view} />
      <div className={styles.columns}>
        <Tabs
          className={styles.tabs}
          items={items}
          activeKey={search.get(TAB) ?? "data"}
          onChange={(key) => setSearch({ [TAB]: key }, { replace: true })}
        />
        <div className={styles.side}>
          {view.tracks.review === "accepted" && <Progress view={view} />}
          <Timeline view={view} profile={profile} />
        </div>
      </div>
    </div>
  );
}
