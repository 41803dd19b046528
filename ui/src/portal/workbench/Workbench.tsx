import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";

import type { WorkbenchView } from "../../ipc/bindings";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { EmptyState } from "../../shared/components/EmptyState";
import { CommandErrorPanel } from "../errors";
import { Page } from "../frame/Page";
import { useWorkbench } from "../queries";
import { usePortalTexts } from "../texts";
import { useNewCase } from "../useNewCase";
import { Counts } from "./Counts";
import { NextList } from "./NextList";
import { Welcome } from "./Welcome";
import styles from "./workbench.module.css";

/** What to do, most urgent first. */
export function Workbench() {
  const texts = usePortalTexts();
  const { data, error, refetch } = useWorkbench();
  const { create, busy } = useNewCase();
  const fresh = data !== undefined && data.counts.every(({ count }) => count === 0);
  return (
    <Page
      label={texts.workbench.title}
      heading={!fresh}
      actions={
        <Button type="primary" icon={<PlusOutlined aria-hidden />} loading={busy} onClick={create}>
          {texts.cases.create}
        </Button>
      }
    >
      {data ? (
        fresh ? (
          <Welcome />
        ) : (
          <Todo view={data} />
        )
      ) : error ? (
        <CommandErrorPanel thrown={error} onRetry={() => void refetch()} />
      ) : (
        <DelayedSkeleton />
      )}
    </Page>
  );
}

function Todo({ view }: { view: WorkbenchView }) {
  const texts = usePortalTexts().workbench;
  return (
    <div className={styles.columns}>
      <section className={styles.card} aria-label={texts.next}>
        <h2 className={styles.heading}>
          {texts.next}
          <small>{texts.nextHint}</small>
        </h2>
        {view.next.length === 0 ? (
          <EmptyState title={texts.allDone} hint={texts.allDoneHint} />
        ) : (
          <NextList lines={view.next} />
        )}
      </section>
      <Counts counts={view.counts} />
    </div>
  );
}
