import { Button } from "antd";

import { mayEdit, useCaseView, useDossier, useWizard } from "../draft/context";
import { valueAt } from "../draft/pointer";
import { type StepId, stepOf } from "../steps";
import { useTexts } from "../texts";

/** Fills every empty field of a step for which the photos have exactly one value. */
export function TakeAll({ step }: { step: StepId }) {
  const texts = useTexts();
  const { draft } = useWizard();
  const dossier = useDossier();
  const { suggestions, editing } = useCaseView();
  const offered = suggestions.filter(
    ({ pointer }) =>
      stepOf(pointer) === step &&
      valueAt(dossier, pointer) === "" &&
      mayEdit(editing, pointer) &&
      suggestions.filter((other) => other.pointer === pointer).length === 1,
  );
  if (offered.length === 0) return null;
  return (
    <Button
      type="primary"
      onClick={() => {
        for (const { pointer, value } of offered) {
          draft.set(pointer, value);
          draft.leave(pointer);
        }
        void draft.flush();
      }}
    >
      {texts.suggestions.takeAll(offered.length)}
    </Button>
  );
}
