import { Alert } from "antd";
import { Link } from "react-router";

import { useCaseView, useWizard } from "./draft/context";
import { useTexts } from "./texts";
import { placeLabel } from "./texts/problem";

/** Other cases with the same licence, document, account or phone: a line for each, with all that they share. */
export function Duplicates() {
  const texts = useTexts();
  const { profile } = useWizard();
  const { duplicates } = useCaseView();
  const others = [...new Set(duplicates.map(({ case_id }) => case_id))];
  return others.map((caseId) => {
    const shared = duplicates.filter(({ case_id }) => case_id === caseId);
    const name = shared[0]?.name || texts.wizard.unnamed;
    const places = texts.list(shared.map(({ pointer }) => placeLabel(texts, profile, { pointer })));
    return (
      <Alert
        key={caseId}
        type="warning"
        showIcon
        title={texts.wizard.duplicates(name, places)}
        action={<Link to={`/cases/${caseId}`}>{texts.wizard.openDuplicate}</Link>}
      />
    );
  });
}
