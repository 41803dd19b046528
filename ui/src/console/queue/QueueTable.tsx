import { Table, type TableColumnsType, Tag, Typography } from "antd";
import { Link, useNavigate } from "react-router";

import { useFormat } from "../../shared/i18n/format";
import { useSharedTexts } from "../../shared/texts";
import { StatusTag } from "../../shared/components/StatusTag";
import type { QueueLine } from "../apiTypes";
import { useDesk } from "../desk/DeskProvider";
import { useConsoleTexts } from "../texts";
import styles from "./queue.module.css";
import { statusOf } from "./status";

interface Props {
  lines: readonly QueueLine[];
  /** The backend's time. */
  now_ms: number;
}

export function QueueTable({ lines, now_ms }: Props) {
  const texts = useConsoleTexts().queue;
  const { unnamed } = useSharedTexts();
  const format = useFormat();
  const desk = useDesk();
  const navigate = useNavigate();

  const columns: TableColumnsType<QueueLine> = [
    {
      title: texts.columns.name,
      key: "name",
      render: (_, line) => {
        const chosen = desk.get(line.case_id)?.items.length ?? 0;
        return (
          <>
            <Link to={`/case/${line.case_id}`} data-case={line.case_id} className={styles.name}>
              {line.name || unnamed}
            </Link>
            {chosen > 0 && <Tag color="orange">{texts.chosen(chosen)}</Tag>}
          </>
        );
      },
    },
    { title: texts.columns.state, key: "state", width: 110, render: (_, line) => <StatusTag status={statusOf(line.review)} /> },
    {
      title: texts.columns.round,
      key: "round",
      width: 210,
      render: (_, line) => (
        <>
          {texts.roundOf(line.round)}
          {line.returned > 0 && (
            <Typography.Text type="secondary"> · {texts.returnedTimes(line.returned)}</Typography.Text>
          )}
        </>
      ),
    },
    { title: texts.columns.age, key: "age", width: 130, render: (_, line) => format.ago(line.submitted_at_ms, now_ms) },
    { title: texts.columns.submitted, key: "submitted", width: 160, render: (_, line) => format.time(line.submitted_at_ms) },
  ];
  return (
    <Table<QueueLine>
      aria-label={texts.table}
      rowKey="case_id"
      columns={columns}
      dataSource={lines}
      pagination={false}
      size="middle"
      rowClassName={styles.row ?? ""}
      onRow={({ case_id }) => ({
        onClick: (event) => {
          // The link in the row follows itself.
          if (event.target instanceof Element && event.target.closest("a")) return;
          void navigate(`/case/${case_id}`);
        },
      })}
    />
  );
}
