import { usePair } from "../../../shared/i18n";
import { en } from "./en";
import { type ContractTexts, zh } from "./zh";

export type { ContractTexts };

const PAIR = { "zh-CN": zh, en };

export function useContractTexts(): ContractTexts {
  return usePair(PAIR);
}
