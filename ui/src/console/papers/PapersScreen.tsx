import { ArrowLeftOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Table, type TableColumnsType, Typography } from "antd";
import { useRef } from "react";
import { Link, useNavigate } from "react-router";

import { DelayedSkeleton } from "../../shared/components/Delayed";
import { EmptyState } from "../../shared/components/EmptyState";
import { useFormat } from "../../shared/i18n/format";
import { useSharedTexts } from "../../shared/texts";
import { readPapers } from "../api";
import type { PaperLine } from "../apiTypes";
import caseStyles from "../case/case.module.css";
import { ErrorOf } from "../ErrorOf";
import styles from "../queue/queue.module.css";
import { useConsoleTexts } from "../texts";
import { moveFocus, useKeys } from "../useKeys";

const REFRESH_MS = 15_000;

/** Contracts that wait for somebody who compares their scans. */
export const usePapers = () => useQuery({ queryKey: ["papers"], queryFn: readPapers, refetchInterval: REFRESH_MS });

/** What was signed on paper, longest waiting first. */
export function PapersScreen() {
  const { papers: texts, frame } = useConsoleTexts();
  const { unnamed } = useSharedTexts();
  const format = useFormat();
  const navigate = useNavigate();
  const list = useRef<HTMLDivElement>(null);
  const page = usePapers();
  const move = (by: 1 | -1) =>
    moveFocus([...(list.current?.querySelectorAll<HTMLElement>("a[data-case]") ?? [])], by);
  useKeys({ j: () => move(1), k: () => move(-1) });

  const { lines = [], now_ms = 0 } = page.data ?? {};
  const columns: TableColumnsType<PaperLine> = [
    {
      title: texts.columns.name,
      key: "name",
      render: (_, line) => (
        <Link to={`/paper-contract/${line.op_id}`} data-case={line.op_id} className={styles.name}>
          {line.name || unnamed}
        </Link>
      ),
    },
    { title: texts.columns.number, key: "number", width: 220, render: (_, line) => line.number },
    { title: texts.columns.pages, key: "pages", width: 90, render: (_, line) => line.pages },
    { title: texts.columns.age, key: "age", width: 130, render: (_, line) => format.ago(line.received_at_ms, now_ms) },
    { title: texts.columns.received, key: "at", width: 160, render: (_, line) => format.time(line.received_at_ms) },
  ];
  return (
    <section className={styles.screen} aria-labelledby="papers-heading">
      <div className={styles.head}>
        <Link to="/" className={caseStyles.back} aria-label={frame.toQueue} title={frame.toQueue}>
          <ArrowLeftOutlined />
        </Link>
        <Typography.Title level={1} id="papers-heading" className={styles.heading}>
          {texts.heading}
        </Typography.Title>
        <Typography.Text type="secondary" role="status">
          {page.data && texts.count(format.count(lines.length))}
        </Typography.Text>
      </div>
      {page.isError && <ErrorOf error={page.error} onRetry={() => void page.refetch()} />}
      {page.isPending && <DelayedSkeleton rows={8} />}
      {page.data && lines.length === 0 && (
        <div className={styles.empty}>
          <EmptyState title={texts.empty} hint={texts.emptyHint} />
        </div>
      )}
      {lines.length > 0 && (
        <>
          <div ref={list} className={styles.list}>
            <Table<PaperLine>
              aria-label={texts.heading}
              rowKey="op_id"
              columns={columns}
              dataSource={lines}
              pagination={false}
              size="middle"
              rowClassName={styles.row ?? ""}
              onRow={({ op_id }) => ({
                onClick: (event) => {
                  // The link in the row follows itself.
                  if (event.target instanceof Element && event.target.closest("a")) return;
                  void navigate(`/paper-contract/${op_id}`);
                },
              })}
            />
          </div>
          <Typography.Text type="secondary" className={styles.keys}>
            {texts.keys}
          </Typography.Text>
        </>
      )}
    </section>
  );
}
