// The tables that give codes their names: the domain's own files, so that there is no second copy.

import { useQuery } from "@tanstack/react-query";

import type { DivisionView, Text } from "../../ipc/bindings";
import { divisionName, divisionTree } from "../../portal/wizard/fields/divisions";

interface Tables {
  division: (code: string) => string;
  mcc: ReadonlyMap<string, Text>;
}

async function readTables(): Promise<Tables> {
  const [divisions, mcc] = await Promise.all([
    import("../../../../crates/portal-domain/data/divisions.tsv?raw"),
    import("../../../../crates/portal-domain/data/mcc.tsv?raw"),
  ]);
  const tree = divisionTree(rowsOf(divisions.default).map(([code = "", name = ""]) => division(code, name)));
  return {
    division: (code) => (code === "" ? "" : divisionName(tree, code)),
    mcc: new Map(rowsOf(mcc.default).map(([code = "", zh = "", en = ""]) => [code, { zh, en }])),
  };
}

const NONE: Tables = { division: (code) => code, mcc: new Map() };

/** Codes stand for themselves until the tables are there. */
export function useTables(): Tables {
  return useQuery({ queryKey: ["tables"], queryFn: readTables, staleTime: Infinity }).data ?? NONE;
}

function rowsOf(table: string): string[][] {
  return table
    .split("\n")
    .filter((row) => row !== "" && !row.startsWith("#"))
    .map((row) => row.split("\t"));
}

/** GB/T 2260: two digits for the province, two for the city, two for the district. */
function division(code: string, name: string): DivisionView {
  if (code.endsWith("0000")) return { code, name, parent: "" };
  return { code, name, parent: code.endsWith("00") ? `${code.slice(0, 2)}0000` : `${code.slice(0, 4)}00` };
}
