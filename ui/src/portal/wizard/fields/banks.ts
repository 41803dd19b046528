// Which bank an account, a branch code or a few typed letters speak of. A help: nothing typed is ever refused by it.

import type { BankView } from "../../../ipc/bindings";

/** The bank whose card it is, by the longest beginning that one has. */
export function bankOfCard(banks: readonly BankView[], number: string): BankView | undefined {
  let best: BankView | undefined;
  let length = 0;
  for (const bank of banks) {
    for (const prefix of bank.card_prefixes) {
      if (prefix.length > length && number.startsWith(prefix)) [best, length] = [bank, prefix.length];
    }
  }
  return best;
}

export function bankOfBranch(banks: readonly BankView[], code: string): BankView | undefined {
  return banks.find(({ branch_prefix }) => branch_prefix !== "" && code.startsWith(branch_prefix));
}

/** Banks that the typed letters may mean, best first; none once a name is whole. */
export function banksLike(banks: readonly BankView[], typed: string): BankView[] {
  const wanted = typed.trim().toLowerCase();
  if (banks.some(({ name }) => name === wanted)) return [];
  const rank = (bank: BankView) => (bank.name.startsWith(wanted) || bank.english.toLowerCase().startsWith(wanted) ? 0 : 1);
  return banks
    .filter(({ name, english }) => name.includes(wanted) || english.toLowerCase().includes(wanted))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MOST);
}

/** Whether a typed name is that bank's, branch words and “股份有限公司” beside it allowed. */
export function isNameOf(bank: BankView, typed: string): boolean {
  return typed.includes(bank.name) || bank.name.replace(/^中国/, "") === typed.trim();
}

const MOST = 8;
