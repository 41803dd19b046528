import { useQuery } from "@tanstack/react-query";

import { type CaseId, commands, type ContractStage } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";

export const useContract = (caseId: CaseId) =>
  useQuery({ queryKey: keys.contract(caseId), queryFn: () => commands.contractShow(caseId) });

/** Whether a file with the merchant's signature is here to be read. */
export function hasCopy(stage: ContractStage): boolean {
  return stage === "signed" || stage === "received" || stage === "in_effect";
}
