import { useWizard } from "../draft/context";
import type { StepId } from "../steps";
import styles from "../wizard.module.css";
import { RequirementList } from "./RequirementList";
import { SourcePhoto } from "./SourcePhoto";
import { TakeAll } from "./TakeAll";
import { sourceSlots } from "./sources";

/** Beside the form: the document that its numbers are copied from, and everything that is needed. */
export function SidePanel({ step }: { step: StepId }) {
  const { profile } = useWizard();
  const slots = sourceSlots(step).filter((slot) => profile.slots.some((rule) => rule.slot === slot));
  return (
    <aside className={styles.side}>
      <TakeAll step={step} />
      {slots.length > 0 && <SourcePhoto key={step} slots={slots} />}
      <RequirementList />
    </aside>
  );
}
