import { useWizard } from "../draft/context";
import { fieldRule } from "../draft/branch";
import { inLanguage, useTexts } from "../texts";
import { ChoiceField } from "./ChoiceField";

/** One of the acquirer's own codes, by its name. */
export function CodeField({ pointer }: { pointer: string }) {
  const texts = useTexts();
  const { profile } = useWizard();
  const options = fieldRule(profile, pointer)?.options ?? [];
  return (
    <ChoiceField
      pointer={pointer}
      options={options.map(({ code, name }) => ({ value: code, label: inLanguage(texts, name) }))}
    />
  );
}
