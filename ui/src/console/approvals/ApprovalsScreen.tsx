import { useQuery } from "@tanstack/react-query";
import { Table, type TableColumnsType, Tag, Typography } from "antd";
import { useRef } from "react";
import { Link, useNavigate } from "react-router";

import { DelayedSkeleton } from "../../shared/components/Delayed";
import { EmptyState } from "../../shared/components/EmptyState";
import { useFormat } from "../../shared/i18n/format";
import { useSharedTexts } from "../../shared/texts";
import { readApprovals } from "../api";
import type { ApprovalLine } from "../apiTypes";
import { ErrorOf } from "../ErrorOf";
import styles from "../queue/queue.module.css";
import { useConsoleTexts } from "../texts";
import { moveFocus, useKeys } from "../useKeys";

const REFRESH_MS = 15_000;

/** What the branch submitted and a supervisor has to agree to, oldest first. */
export function ApprovalsScreen() {
  const texts = useConsoleTexts().approvals;
  const { unnamed } = useSharedTexts();
  const format = useFormat();
  const navigate = useNavigate();
  const list = useRef<HTMLDivElement>(null);
  const page = useQuery({ queryKey: ["approvals"], queryFn: readApprovals, refetchInterval: REFRESH_MS });
  const move = (by: 1 | -1) =>
    moveFocus([...(list.current?.querySelectorAll<HTMLElement>("a[data-case]") ?? [])], by);
  useKeys({ j: () => move(1), k: () => move(-1) });

  const { lines = [], now_ms = 0 } = page.data ?? {};
  const columns: TableColumnsType<ApprovalLine> = [
    {
      title: texts.columns.name,
      key: "name",
      render: (_, line) => (
        <>
          <Link to={`/approval/${line.op_id}`} data-case={line.op_id} className={styles.name}>
            {line.name || unnamed}
          </Link>
          {line.own && <Tag>{texts.own}</Tag>}
          {line.overrides > 0 && <Tag color="orange">{texts.overrides(line.overrides)}</Tag>}
        </>
      ),
    },
    { title: texts.columns.by, key: "by", width: 180, render: (_, line) => line.submitted_by },
    { title: texts.columns.age, key: "age", width: 130, render: (_, line) => format.ago(line.asked_at_ms, now_ms) },
    { title: texts.columns.asked, key: "asked", width: 160, render: (_, line) => format.time(line.asked_at_ms) },
  ];
  return (
    <section className={styles.screen} aria-labelledby="approvals-heading">
      <div className={styles.head}>
        <Typography.Title level={1} id="approvals-heading" className={styles.heading}>
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
            <Table<ApprovalLine>
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
                  void navigate(`/approval/${op_id}`);
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
