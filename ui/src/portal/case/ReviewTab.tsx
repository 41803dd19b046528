import { Typography } from "antd";

import type { CaseView, Profile, RoundView } from "../../ipc/bindings";
import { EmptyState } from "../../shared/components/EmptyState";
import { useFormat } from "../../shared/i18n/format";
import { SentAndAsked } from "../wizard/SentAndAsked";
import { useTexts } from "../wizard/texts";
import { placeLabel } from "../wizard/texts/problem";
import styles from "./case.module.css";

/** Each round: when it was sent, what came of it, and what was returned. */
export function ReviewTab({ view, profile }: { view: CaseView; profile: Profile }) {
  const texts = useTexts();
  if (view.rounds.length === 0) return <EmptyState title={texts.case.noRounds} />;
  return (
    <div className={styles.stack}>
      {view.rounds.toReversed().map((round, index) => (
        <Round key={round.round} round={round} isLast={index === 0} view={view} profile={profile} />
      ))}
    </div>
  );
}

interface RoundProps {
  round: RoundView;
  /** Only the last round's items stand beside what was sent then. */
  isLast: boolean;
  view: CaseView;
  profile: Profile;
}

function Round({ round, isLast, view, profile }: RoundProps) {
  const texts = useTexts();
  const format = useFormat();
  const { outcome } = round;
  const items = outcome?.kind === "returned" ? outcome.items : [];
  return (
    <section className={styles.round} aria-label={texts.case.round(round.round)}>
      <Typography.Title level={2} className={styles.documentTitle}>
        {texts.case.round(round.round)} · {outcomeText()}
      </Typography.Title>
      <Typography.Text type="secondary">
        {texts.case.submittedAt(format.time(round.submitted_at_ms))}
        {round.decided_at_ms !== null && ` · ${texts.case.decidedAt(format.time(round.decided_at_ms))}`}
      </Typography.Text>
      {outcome?.kind === "rejected" && <Typography.Paragraph className="selectable">{outcome.text}</Typography.Paragraph>}
      <ul className={styles.items}>
        {items.map((item) => {
          const label = placeLabel(texts, profile, item);
          const sent = isLast ? view.returned.find((entry) => entry.item.pointer === item.pointer) : undefined;
          return (
            <li key={item.pointer} className={styles.item}>
              <Typography.Text strong>{label}</Typography.Text>
              {sent ? (
                <SentAndAsked entry={sent} label={label} />
              ) : (
                <Typography.Paragraph className="selectable">
                  {texts.returned.asked(texts.returnReasons[item.reason], item.text)}
                </Typography.Paragraph>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );

  function outcomeText(): string {
    switch (outcome?.kind) {
      case undefined:
        return texts.case.waiting;
      case "returned":
        return texts.case.outcome.returned(items.length);
      case "accepted":
        return texts.case.outcome.accepted;
      case "rejected":
        return texts.case.outcome.rejected;
    }
  }
}
