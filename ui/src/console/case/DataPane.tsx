import { Checkbox, Typography } from "antd";
import { useState } from "react";

import { slotName } from "../../portal/wizard/texts/problem";
import { useConsoleTexts } from "../texts";
import styles from "./case.module.css";
import { FieldRow } from "./FieldRow";
import { Findings } from "./Findings";
import type { Section } from "./lines";
import { proofsOf } from "./papers";
import { PhotoSlots } from "./PhotoSlots";
import { useReview } from "./review";

interface Props {
  /** Brings up the paper that proves a place. */
  onFollow: (pointer: string) => void;
  /** The photo beside. */
  shown: string | null;
}

/** Everything that was filled in, by step of the form. */
export function DataPane({ onFollow, shown }: Props) {
  const texts = useConsoleTexts();
  const { sections, previous, mayDecide } = useReview();
  const [onlyChanges, setOnlyChanges] = useState(false);
  const wanted = onlyChanges
    ? sections
        .map((section) => ({ ...section, lines: section.lines.filter(({ before }) => before !== null) }))
        .filter(({ lines }) => lines.length > 0)
    : sections;
  return (
    <>
      <Findings onGoTo={goTo} />
      {previous && (
        <Checkbox className={styles.only ?? ""} checked={onlyChanges} onChange={(event) => setOnlyChanges(event.target.checked)}>
          {texts.case.onlyChanges}
        </Checkbox>
      )}
      {wanted.map((section) => (
        <StepSection key={section.step} section={section} onFollow={onFollow} />
      ))}
      <PhotoSlots shown={shown} onFollow={onFollow} onlyChanges={onlyChanges} />
      {mayDecide && (
        <Typography.Text type="secondary" className={styles.keys}>
          {texts.case.keys}
        </Typography.Text>
      )}
    </>
  );

  function goTo(pointer: string) {
    setOnlyChanges(false);
    onFollow(pointer);
    requestAnimationFrame(() => focusPlace(pointer));
  }
}

interface SectionProps {
  section: Section;
  onFollow: (pointer: string) => void;
}

function StepSection({ section: { step, lines }, onFollow }: SectionProps) {
  const texts = useConsoleTexts();
  const { names, photos } = useReview();
  const proofs = [...new Set(lines.flatMap(({ pointer }) => proofsOf(pointer)))];
  const present = proofs.filter((slot) => photos.some((photo) => photo.slot === slot));
  const heading = `section-${step}`;
  return (
    <section className={styles.section} aria-labelledby={heading}>
      <div className={styles.sectionHead}>
        <Typography.Title level={2} id={heading} className={styles.sectionName}>
          {names.texts.steps[step]}
        </Typography.Title>
        <span className={styles.compare}>
          {present.map((slot) => {
            const name = slotName(names.texts, names.profile, slot);
            return (
              <button
                key={slot}
                type="button"
                className={styles.textButton}
                aria-label={texts.case.compare(name, names.texts.steps[step])}
                onClick={() => onFollow(`/attachments/${slot}`)}
              >
                {name}
              </button>
            );
          })}
        </span>
      </div>
      {lines.map((line) => (
        <FieldRow key={line.pointer} line={line} onFollow={onFollow} />
      ))}
    </section>
  );
}

/** Puts the keyboard on the row of a place, or of the nearest place around or below it. */
function focusPlace(pointer: string): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-place]")];
  const near = (row: HTMLElement) => {
    const place = row.dataset.place ?? "";
    return place === pointer || pointer.startsWith(`${place}/`) || place.startsWith(`${pointer}/`);
  };
  const row = rows.find(near);
  row?.scrollIntoView({ block: "center" });
  row?.focus({ preventScroll: true });
}
