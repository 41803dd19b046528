import { Timeline as Line, Typography } from "antd";

import type { CaseView, Profile, TimelineEntry, TimelineKind } from "../../ipc/bindings";
import { useFormat } from "../../shared/i18n/format";
import { useSharedTexts } from "../../shared/texts";
import { type Texts, useTexts } from "../wizard/texts";
import { Replaced } from "./Replaced";
import styles from "./case.module.css";

const COLOURS: Partial<Record<TimelineKind, string>> = {
  received: "green",
  receipt_stored: "green",
  accepted: "green",
  returned: "orange",
  rejected: "red",
  approved: "green",
  not_approved: "orange",
  step_done: "green",
  step_failed: "orange",
  withdrawn: "gray",
};

/** Everything that happened to the case, newest first. */
export function Timeline({ view, profile }: { view: CaseView; profile: Profile }) {
  const texts = useTexts();
  const { tracks } = useSharedTexts().steps;
  const format = useFormat();
  const whatText = ({ what, track }: TimelineEntry) => {
    const text = texts.case.timeline[what];
    return track === null ? text : texts.case.ofTrack(tracks[track], text);
  };
  const items = view.timeline.toReversed().map((entry, index) => ({
    key: `${entry.at_ms} ${entry.what} ${index}`,
    color: COLOURS[entry.what] ?? "blue",
    content: (
      <>
        <Typography.Text>{whatText(entry)}</Typography.Text>
        {entry.round !== null && <Typography.Text type="secondary"> · {texts.case.round(entry.round)}</Typography.Text>}
        <Typography.Text type="secondary" className={styles.block}>
          {format.time(entry.at_ms)} · {whoText(texts.case.who, entry)}
        </Typography.Text>
        {entry.number && (
          <Typography.Text className={`${styles.block ?? ""} selectable`}>{entry.number}</Typography.Text>
        )}
        {entry.text && <Typography.Paragraph className="selectable">{entry.text}</Typography.Paragraph>}
        {entry.replaced && <Replaced before={entry.replaced} view={view} profile={profile} />}
      </>
    ),
  }));
  return (
    <aside aria-label={texts.case.timelineHeading}>
      <Typography.Title level={2} className={styles.documentTitle}>
        {texts.case.timelineHeading}
      </Typography.Title>
      <Line items={items} />
    </aside>
  );
}

function whoText(texts: Texts["case"]["who"], { who, what }: TimelineEntry): string {
  const isSupervisor = what === "approved" || what === "not_approved";
  switch (who.at) {
    case "this_computer":
      return texts.thisComputer(who.name);
    case "another_computer":
      return texts.anotherComputer;
    case "office":
      return isSupervisor && who.name !== null ? texts.supervisor(who.name) : texts.office(who.name);
    case "backend":
      return texts.backend;
  }
}
