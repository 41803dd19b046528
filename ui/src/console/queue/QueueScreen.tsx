import { Button, type InputRef, Typography } from "antd";
import { useRef } from "react";
import { Link } from "react-router";

import { DelayedSkeleton } from "../../shared/components/Delayed";
import { EmptyState } from "../../shared/components/EmptyState";
import { useFormat } from "../../shared/i18n/format";
import { ErrorOf } from "../ErrorOf";
import { usePapers } from "../papers/PapersScreen";
import { useConsoleTexts } from "../texts";
import { moveFocus, useKeys } from "../useKeys";
import styles from "./queue.module.css";
import { QueueFilters } from "./QueueFilters";
import { QueueTable } from "./QueueTable";
import { NO_FILTERS, useFilters, useQueue } from "./useQueue";

/** To the contracts that were signed on paper, while any waits. */
function PapersLink() {
  const texts = useConsoleTexts().papers;
  const format = useFormat();
  const waiting = usePapers().data?.lines.length ?? 0;
  return waiting === 0 ? null : <Link to="/paper-contracts">{texts.waiting(format.count(waiting))}</Link>;
}

/** What waits for review, oldest first. */
export function QueueScreen() {
  const texts = useConsoleTexts().queue;
  const format = useFormat();
  const [filters, setFilters] = useFilters();
  const { pages, lines, now_ms } = useQueue(filters);
  const list = useRef<HTMLDivElement>(null);
  const search = useRef<InputRef>(null);

  const move = (by: 1 | -1) =>
    moveFocus([...(list.current?.querySelectorAll<HTMLElement>("a[data-case]") ?? [])], by);
  useKeys({ j: () => move(1), k: () => move(-1), "/": () => search.current?.focus() });

  const count = format.count(lines.length);
  const narrowed = filters.round !== "any" || filters.name !== "" || filters.state !== "in_review";
  return (
    <section className={styles.screen} aria-labelledby="queue-heading">
      <div className={styles.head}>
        <Typography.Title level={1} id="queue-heading" className={styles.heading}>
          {texts.heading}
        </Typography.Title>
        <Typography.Text type="secondary" role="status">
          {pages.data && (pages.hasNextPage ? texts.countMore(count) : texts.count(count))}
        </Typography.Text>
        <span className={styles.gap} />
        <PapersLink />
        <QueueFilters filters={filters} onFilters={setFilters} search={search} />
      </div>
      {pages.isError && <ErrorOf error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isPending && <DelayedSkeleton rows={8} />}
      {pages.data && lines.length === 0 && !pages.hasNextPage && (
        <div className={styles.empty}>
          {narrowed ? (
            <EmptyState title={texts.nothingFound} hint={texts.nothingFoundHint}>
              <Button onClick={() => setFilters(NO_FILTERS)}>{texts.clear}</Button>
            </EmptyState>
          ) : (
            <EmptyState title={texts.empty} hint={texts.emptyHint} />
          )}
        </div>
      )}
      {pages.data && (lines.length > 0 || pages.hasNextPage) && (
        <>
          <div ref={list} className={styles.list}>
            <QueueTable lines={lines} now_ms={now_ms} />
            {pages.hasNextPage && (
              <Button
                className={styles.more}
                loading={pages.isFetchingNextPage}
                onClick={() => void pages.fetchNextPage()}
              >
                {texts.more}
              </Button>
            )}
          </div>
          <Typography.Text type="secondary" className={styles.keys}>
            {texts.keys} · {texts.refreshed(format.time(now_ms))}
          </Typography.Text>
        </>
      )}
    </section>
  );
}
