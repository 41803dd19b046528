import { Collapse, Typography } from "antd";

import { useFormat } from "../../shared/i18n/format";
import type { ReviewOutcome } from "../../ipc/bindings";
import type { Round } from "../apiTypes";
import { useConsoleTexts } from "../texts";
import styles from "./case.module.css";
import { sectionsOf } from "./lines";
import { photosOf } from "./photos";
import { useReview } from "./review";

/** What was sent in each round, newest first, and what came of it. */
export function History() {
  const texts = useConsoleTexts().history;
  const { view } = useReview();
  return (
    <ol className={styles.history} aria-label={texts.label} reversed>
      {view.rounds
        .map((round, index) => <RoundEntry key={round.round} round={round} previous={view.rounds[index - 1] ?? null} />)
        .reverse()}
    </ol>
  );
}

function RoundEntry({ round, previous }: { round: Round; previous: Round | null }) {
  const texts = useConsoleTexts();
  const format = useFormat();
  const { names, label } = useReview();
  const lines = sectionsOf(round.dossier, previous, [], names).flatMap((section) => section.lines);
  const photos = photosOf(round.dossier, previous?.dossier ?? null, names.profile);
  const changed = lines.filter(({ before }) => before !== null);
  const newPhotos = photos.filter(({ change }) => change !== "same");
  return (
    <li className={styles.round}>
      <Typography.Title level={2} className={styles.sectionName}>
        {texts.history.round(round.round)}
      </Typography.Title>
      <Typography.Text type="secondary">
        {texts.history.submitted(format.time(round.submitted_at_ms))} · {texts.history.photos(photos.length)}
        {previous && ` · ${texts.history.changes(changed.length + newPhotos.length)}`}
      </Typography.Text>
      <ul className={styles.hints}>
        {changed.map((line) => (
          <li key={line.pointer}>
            {line.label}: <del>{line.before || texts.case.empty}</del> → <ins>{line.text || texts.case.empty}</ins>
          </li>
        ))}
        {newPhotos.map(({ pointer, change }) => (
          <li key={pointer}>
            {label(pointer)}: {change === "same" ? "" : texts.photos[change]}
          </li>
        ))}
      </ul>
      <Collapse
        size="small"
        ghost
        items={[
          {
            key: "sent",
            label: texts.history.sent(round.round),
            children: (
              <dl className={styles.sent}>
                {lines.map((line) => (
                  <div key={line.pointer}>
                    <dt>{line.label}</dt>
                    <dd className="selectable">{line.text || texts.case.empty}</dd>
                  </div>
                ))}
              </dl>
            ),
          },
        ]}
      />
      <Typography.Text strong>
        {round.outcome ? <Outcome outcome={round.outcome} /> : texts.history.waiting}
      </Typography.Text>
      {round.decided_at_ms !== undefined && (
        <Typography.Text type="secondary"> · {texts.history.decided(format.time(round.decided_at_ms))}</Typography.Text>
      )}
      {round.outcome?.kind === "returned" && (
        <ul className={styles.hints}>
          {round.outcome.items.map((item) => (
            <li key={item.pointer}>
              {label(item.pointer)}: {names.texts.returnReasons[item.reason]}
              {item.text !== "" && ` · ${item.text}`}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Outcome({ outcome }: { outcome: ReviewOutcome }) {
  const texts = useConsoleTexts().history;
  switch (outcome.kind) {
    case "returned":
      return texts.returned(outcome.items.length);
    case "accepted":
      return texts.accepted(outcome.notice_number);
    case "rejected":
      return texts.rejected(outcome.text);
  }
}
