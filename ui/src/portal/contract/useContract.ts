import { useQuery } from "@tanstack/react-query";

import { type CaseId, commands } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";

export const useContract = (caseId: CaseId) =>
  useQuery({ queryKey: keys.contract(caseId), queryFn: () => commands.contractShow(caseId) });
