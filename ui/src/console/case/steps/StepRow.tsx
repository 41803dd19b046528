import { Button, Typography } from "antd";

import type { Track, TrackProgress } from "../../../ipc/bindings";
import { StepTag } from "../../../shared/components/StepTag";
import { useSharedTexts } from "../../../shared/texts";
import type { Issued, OfficeTrack } from "../../apiTypes";
import type { StepWriting } from "../../desk/desk";
import { useSession } from "../../session/session";
import { useConsoleTexts } from "../../texts";
import { useReview } from "../review";
import { Recorded } from "./Recorded";
import { blankFacts, trackOf } from "./report";
import styles from "./steps.module.css";

interface Props {
  line: TrackProgress;
  busy: boolean;
  onWrite: (step: StepWriting, correcting: boolean) => void;
  onReopen: (track: OfficeTrack) => void;
  onRead: (paper: Issued) => void;
}

/** One step: how far it is, what was recorded of it last, and what can be recorded now. */
export function StepRow({ line, busy, onWrite, onReopen, onRead }: Props) {
  const texts = useConsoleTexts().steps;
  const words = useSharedTexts().steps;
  const { view, names } = useReview();
  const { me } = useSession();
  const { track, state, waits_for } = line;
  const name = words.tracks[track];
  const record = view.steps.findLast(({ report }) => trackOf(report) === track);
  const paper = record?.issued;
  /** What stands, to be put right. */
  const written = state === "done" && record?.report.result === "done" ? record.report : null;
  const mayRecord = me.may_review && isOffice(track);
  return (
    <li className={styles.step}>
      <div className={styles.head}>
        <Typography.Text strong>{name}</Typography.Text>
        <StepTag state={state} />
      </div>
      {waits_for.length > 0 && (
        <Typography.Text type="secondary">{words.waitsFor(waits_for.map((each) => words.tracks[each]))}</Typography.Text>
      )}
      {record && <Recorded record={record} />}
      <div className={styles.actions}>
        {paper && (
          <Button size="small" onClick={() => onRead(paper)}>
            {texts.showPaper[paper.kind]}
          </Button>
        )}
        {mayRecord && state === "open" && (
          <>
            <Button
              size="small"
              type="primary"
              aria-label={texts.doneOf(name)}
              disabled={busy}
              onClick={() => onWrite({ result: "done", done: blankFacts(track, view.dossier, names.profile.limits) }, false)}
            >
              {texts.done}
            </Button>
            <Button
              size="small"
              danger
              aria-label={texts.failedOf(name)}
              disabled={busy}
              onClick={() => onWrite({ result: "failed", track, text: "" }, false)}
            >
              {texts.failed}
            </Button>
          </>
        )}
        {mayRecord && written && (
          <Button size="small" aria-label={texts.correctOf(name)} disabled={busy} onClick={() => onWrite(written, true)}>
            {texts.correct}
          </Button>
        )}
        {mayRecord && state === "failed" && (
          <Button size="small" aria-label={texts.reopenOf(name)} disabled={busy} onClick={() => onReopen(track)}>
            {texts.reopen}
          </Button>
        )}
      </div>
    </li>
  );
}

function isOffice(track: Track): track is OfficeTrack {
  return track !== "review" && track !== "contract";
}
