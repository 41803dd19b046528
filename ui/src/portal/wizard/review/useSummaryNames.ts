import type { CaseView, Profile } from "../../../ipc/bindings";
import { useCaseView, useWizard } from "../draft/context";
import { divisionName } from "../fields/divisions";
import { useDivisionTree, useMccTable } from "../reference";
import { inLanguage, useTexts } from "../texts";
import type { SummaryNames } from "./summary";

/** The tables that the summary takes its words from. */
export function useNamesFor(profile: Profile, requirements: CaseView["requirements"]): SummaryNames {
  const texts = useTexts();
  const divisions = useDivisionTree();
  const table = useMccTable();
  return {
    texts,
    profile,
    requirements,
    division: (code) => (code === "" ? "" : divisionName(divisions, code)),
    mcc: (code) => {
      const row = table.find((each) => each.code === code);
      return row ? `${code} ${inLanguage(texts, row.name)}` : code;
    },
  };
}

export function useSummaryNames(): SummaryNames {
  const { profile } = useWizard();
  return useNamesFor(profile, useCaseView().requirements);
}
