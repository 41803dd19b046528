import { Alert } from "antd";
import { Link } from "react-router";

import { useCaseView, useWizard } from "./draft/context";
import { useTexts } from "./texts";
import { placeLabel } from "./texts/problem";

/** Other cases with the same licence, document, account or phone. */
export function Duplicates() {
  const texts = useTexts();
  const { profile } = useWizard();
  const { duplicates } = useCaseView();
  return duplicates.map(({ case_id, name, pointer }) => (
    <Alert
      key={`${case_id}${pointer}`}
      type="warning"
      showIcon
      title={texts.wizard.duplicates(name || texts.wizard.unnamed, placeLabel(texts, profile, { pointer }))}
      action={<Link to={`/cases/${case_id}`}>{texts.wizard.openDuplicate}</Link>}
    />
  ));
}
