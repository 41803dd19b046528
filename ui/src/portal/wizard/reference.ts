// Tables that don't change while the window is open.

import { useMemo } from "react";

import type { BankView, MccView } from "../../ipc/bindings";
import * as queries from "../queries";
import { type DivisionNode, divisionTree } from "./fields/divisions";

const NO_DIVISIONS: DivisionNode[] = [];
const NO_MCC: MccView[] = [];
const NO_BANKS: BankView[] = [];

/** Provinces with what lies below them; empty while it is read. */
export function useDivisionTree(): DivisionNode[] {
  const { data } = queries.useDivisions();
  return useMemo(() => (data ? divisionTree(data) : NO_DIVISIONS), [data]);
}

export function useMccTable(): MccView[] {
  return queries.useMcc().data ?? NO_MCC;
}

export function useBankTable(): BankView[] {
  return queries.useBanks().data ?? NO_BANKS;
}
