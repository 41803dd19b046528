import { Button, Modal, Typography } from "antd";
import { useState } from "react";

import type { CaseView, Dossier, Profile } from "../../ipc/bindings";
import { type SummaryLine, summaryOf } from "../wizard/review/summary";
import { Value } from "../wizard/review/SummaryList";
import { useNamesFor } from "../wizard/review/useSummaryNames";
import { STEPS } from "../wizard/steps";
import { useTexts } from "../wizard/texts";
import styles from "./case.module.css";

interface Props {
  before: Dossier;
  view: CaseView;
  profile: Profile;
}

/** What stood on this computer before the backend's document took its place, beside what stands now. */
export function Replaced({ before, view, profile }: Props) {
  const texts = useTexts().case.replaced;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {texts.compare}
      </Button>
      <Modal title={texts.title} open={isOpen} footer={null} width={880} onCancel={() => setOpen(false)} destroyOnHidden>
        <Comparison before={before} view={view} profile={profile} />
      </Modal>
    </>
  );
}

interface Row {
  pointer: string;
  label: string;
  before: SummaryLine | undefined;
  now: SummaryLine | undefined;
}

function Comparison({ before, view, profile }: Props) {
  const texts = useTexts().case.replaced;
  const names = useNamesFor(profile, view.requirements);
  const rows = STEPS.flatMap((step) => changed(summaryOf(step, before, names), summaryOf(step, view.dossier, names)));
  return (
    <>
      <Typography.Paragraph type="secondary">{texts.hint}</Typography.Paragraph>
      {rows.length === 0 ? (
        <Typography.Text>{texts.same}</Typography.Text>
      ) : (
        <table className={styles.comparison}>
          <thead>
            <tr>
              <th scope="col">{texts.field}</th>
              <th scope="col">{texts.here}</th>
              <th scope="col">{texts.now}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.pointer}>
                <th scope="row">{row.label}</th>
                <Cell line={row.before} />
                <Cell line={row.now} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Cell({ line }: { line: SummaryLine | undefined }) {
  return <td>{line && <Value line={line} isMasked />}</td>;
}

/** Lines that say something else, in the order of the document. */
function changed(before: readonly SummaryLine[], now: readonly SummaryLine[]): Row[] {
  const earlier = new Map(before.map((line) => [line.pointer, line]));
  const later = new Map(now.map((line) => [line.pointer, line]));
  return [...new Map([...earlier, ...later]).values()]
    .map(({ pointer, label }) => ({ pointer, label, before: earlier.get(pointer), now: later.get(pointer) }))
    .filter((row) => (row.before?.text ?? "") !== (row.now?.text ?? ""));
}
