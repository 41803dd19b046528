import type { DivisionView } from "../../../ipc/bindings";

export interface DivisionNode {
  value: string;
  label: string;
  children?: DivisionNode[];
}

/** The division table as a tree of province, city and district. */
export function divisionTree(rows: readonly DivisionView[]): DivisionNode[] {
  const nodes = new Map<string, DivisionNode>(rows.map((row) => [row.code, { value: row.code, label: row.name }]));
  const roots: DivisionNode[] = [];
  for (const row of rows) {
    const node = nodes.get(row.code);
    if (!node) continue;
    const parent = nodes.get(row.parent);
    if (parent) (parent.children ??= []).push(node);
    else roots.push(node);
  }
  return roots;
}

/** Codes from the province to the division; the code alone while the table isn't there or doesn't have it. */
export function divisionPath(tree: readonly DivisionNode[], code: string): string[] {
  return find(tree, code) ?? [code];
}

/** "浙江省 杭州市 西湖区"; the code while it isn't known. */
export function divisionName(tree: readonly DivisionNode[], code: string): string {
  const path = find(tree, code);
  if (!path) return code;
  const names: string[] = [];
  let level = tree;
  for (const step of path) {
    const node = level.find((each) => each.value === step);
    if (!node) break;
    names.push(node.label);
    level = node.children ?? [];
  }
  return names.join(" ");
}

function find(tree: readonly DivisionNode[], code: string): string[] | null {
  for (const node of tree) {
    if (node.value === code) return [code];
    const below = node.children && find(node.children, code);
    if (below) return [node.value, ...below];
  }
  return null;
}
