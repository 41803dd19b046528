// What a merchant expects to take in, as it is typed.

import type { FeeService, OfferView, Turnover } from "../../ipc/bindings";
import { fenToYuan, yuanToFen } from "../wizard/fees/amounts";

const MAX_PAYMENTS = 1_000_000;
const MAX_EACH_FEN = 100_000_000;

export interface Typed {
  payments: string;
  each: string;
}

export type Estimated = Partial<Record<FeeService, Typed>>;

export function fromTurnovers(turnovers: readonly Turnover[]): Estimated {
  return Object.fromEntries(
    turnovers.map(({ service, payments, each_fen }) => [
      service,
      { payments: String(payments), each: fenToYuan(each_fen) },
    ]),
  );
}

/** The estimate; none when something typed is no number. */
export function turnoversOf(offer: OfferView, typed: Estimated): Turnover[] | null {
  const read = offer.fees.map(({ service }) => turnoverOf(service, typed[service]));
  return read.includes("bad") ? null : read.filter((turnover) => turnover !== null && turnover !== "bad");
}

/** None when both are empty. */
function turnoverOf(service: FeeService, typed: Typed | undefined): Turnover | "bad" | null {
  const [payments, each] = [typed?.payments.trim() ?? "", typed?.each.trim() ?? ""];
  if (payments === "" && each === "") return null;
  const [count, each_fen] = [/^\d{1,7}$/.test(payments) ? Number(payments) : 0, yuanToFen(each) ?? 0];
  const isGood = count >= 1 && count <= MAX_PAYMENTS && each_fen >= 1 && each_fen <= MAX_EACH_FEN;
  return isGood ? { service, payments: count, each_fen } : "bad";
}
