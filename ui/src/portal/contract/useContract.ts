import { useQuery } from "@tanstack/react-query";

import { type CaseId, commands, type ContractView } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";

export const useContract = (caseId: CaseId) =>
  useQuery({ queryKey: keys.contract(caseId), queryFn: () => commands.contractShow(caseId) });

/** Whether a signed file is here to be read: what was signed on paper has none before it is in effect. */
export function hasCopy({ stage, on_paper, here }: ContractView): boolean {
  if (on_paper) return stage === "in_effect" && here;
  return stage === "signed" || stage === "received" || stage === "in_effect";
}
