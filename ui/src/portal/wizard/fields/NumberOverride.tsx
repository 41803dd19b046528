import { Typography } from "antd";

import type { Problem } from "../../../ipc/bindings";
import { useCaseView, useReadOnly, useValue, useWizard } from "../draft/context";
import { useTexts } from "../texts";
import { ReasonPopover } from "./ReasonPopover";

interface Props {
  pointer: string;
  /** What the number is called. */
  label: string;
  problems: readonly Problem[];
}

/** Why a number is sent against its check digit: staff may say so, and a supervisor decides. */
export function NumberOverride({ pointer, label, problems }: Props) {
  const texts = useTexts().field;
  const { draft } = useWizard();
  const { may_override } = useCaseView();
  const readOnly = useReadOnly(pointer);
  const overrides = useValue((dossier) => dossier.overrides);
  const given = overrides.find((each) => each.pointer === pointer)?.reason ?? "";
  const said = given !== "" && <Typography.Text>{texts.overridden(given)}</Typography.Text>;
  // Where the check digit only warns there is nothing to decide.
  const stops = problems.some(({ severity }) => severity === "blocking");
  if (readOnly || !may_override || (given === "" && !stops)) return said;
  const save = async (reason: string) => {
    const others = draft.dossier().overrides.filter((each) => each.pointer !== pointer);
    draft.set("/overrides", reason === "" ? others : [...others, { pointer, reason }], "now");
    await draft.flush();
    return draft.state().kind !== "failed";
  };
  return (
    <div>
      {said}{" "}
      <ReasonPopover
        button={given === "" ? texts.override : texts.changeReason}
        buttonName={given === "" ? texts.overrideOf(label) : texts.changeReasonOf(label)}
        title={texts.overrideTitle}
        label={texts.overrideReason(label)}
        placeholder={texts.overrideHint}
        given={given}
        busy={false}
        onSave={save}
      />
    </div>
  );
}
