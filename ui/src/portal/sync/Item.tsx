import { Button, Progress, Typography } from "antd";
import { Link } from "react-router";

import type { OutboxItem, OutboxState } from "../../ipc/bindings";
import { useProgress } from "../../ipc/progress";
import { ToneTag, type Tone } from "../../shared/components/ToneTag";
import { useFormat } from "../../shared/i18n/format";
import { useSharedTexts } from "../../shared/texts";
import { type PortalTexts, usePortalTexts } from "../texts";
import { useTexts } from "../wizard/texts";
import { fieldLabel } from "../wizard/texts/problem";
import styles from "./sync.module.css";

const TONES: Record<OutboxState, Tone> = {
  waiting: "wait",
  sending: "wait",
  auth: "ask",
  approval: "wait",
  attention: "stop",
  conflict: "stop",
  paused: "plain",
  received: "done",
};

interface Props {
  item: OutboxItem;
  busy: boolean;
  onRetry: () => void;
}

/** One operation: what it is, how far it is, what is in its way, and what comes next. */
export function Item({ item, busy, onRetry }: Props) {
  const texts = usePortalTexts();
  const shared = useSharedTexts();
  const format = useFormat();
  const name = item.name || shared.unnamed;
  const kinds: Record<string, string> = texts.sync.kinds;
  const pace = usePace(item);
  return (
    <li className={styles.item}>
      <div className={styles.what}>
        <Link to={`/cases/${item.case_id}`} aria-label={texts.sync.open(name)} className={styles.name}>
          {name}
        </Link>
        <span>{kinds[item.kind] ?? item.kind}</span>
        <ToneTag tone={TONES[item.state]}>{texts.sync.states[item.state]}</ToneTag>
        <span className={styles.space} />
        {item.receipt_number ? (
          <span className="selectable">{texts.sync.receipt(item.receipt_number)}</span>
        ) : (
          <span className={styles.note}>{pace ?? texts.sync.submitted(format.time(item.made_at_ms))}</span>
        )}
        {item.state === "attention" && (
          <Button size="small" disabled={busy} aria-label={texts.sync.retryOf(name)} onClick={onRetry}>
            {texts.sync.retry}
          </Button>
        )}
      </div>
      {item.state !== "received" && <Bytes item={item} name={name} />}
      <Reason item={item} texts={texts} />
    </li>
  );
}

/** How fast its bytes move and how long the rest takes; null while nothing moves or too little has to tell. */
function usePace(item: OutboxItem): string | null {
  const texts = usePortalTexts().sync;
  const format = useFormat();
  const { bytes_sent, bytes_total, bytes_per_s, seconds_left } = useProgress(item.op_id, item);
  if (item.state !== "sending" || bytes_sent >= bytes_total || bytes_per_s === null) return null;
  const speed = texts.speed(format.bytes(bytes_per_s));
  return seconds_left === null ? speed : `${speed} · ${texts.left(seconds_left)}`;
}

function Bytes({ item, name }: { item: OutboxItem; name: string }) {
  const texts = usePortalTexts().sync;
  const format = useFormat();
  const { bytes_sent, bytes_total } = useProgress(item.op_id, item);
  const percent = bytes_total > 0 ? Math.floor((100 * bytes_sent) / bytes_total) : 0;
  return (
    <div className={styles.bytes}>
      <Progress
        percent={percent}
        showInfo={false}
        size="small"
        status={item.state === "attention" || item.state === "conflict" ? "exception" : "normal"}
        aria-label={texts.progress(name)}
      />
      <span>{texts.bytes(format.bytes(bytes_sent), format.bytes(bytes_total))}</span>
    </div>
  );
}

function Reason({ item, texts }: { item: OutboxItem; texts: PortalTexts }) {
  const format = useFormat();
  const fields = useTexts();
  const { problem } = item;
  if (!problem) return null;
  const known: Record<string, string> = texts.sendProblems;
  const parts = [
    known[problem.code] ?? texts.sendProblemUnknown(problem.code),
    problem.fields.length > 0 &&
      texts.sync.fields(problem.fields.map(({ path }) => fieldLabel(fields, path))),
    item.attempts > 0 && texts.sync.attempts(item.attempts),
    item.state === "waiting" &&
      (item.next_at_ms === null ? texts.sync.nextSoon : texts.sync.nextTry(format.time(item.next_at_ms))),
  ];
  const serious = item.state === "attention" || item.state === "conflict";
  return <Typography.Text type={serious ? "danger" : "secondary"}>{parts.filter(Boolean).join(" · ")}</Typography.Text>;
}
