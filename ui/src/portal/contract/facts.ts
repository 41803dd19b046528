import type { ContractFee, OfferView } from "../../ipc/bindings";
import { inLanguage, useTexts } from "../wizard/texts";
import { useContractTexts } from "./texts";

/** As the contract prints amounts. */
const MONEY = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export interface Fact {
  key: string;
  label: string;
  text: string;
}

/** What an offer says, in words. */
export function useFacts() {
  const { costs: texts, services, ...all } = useContractTexts();
  const wizard = useTexts();
  const yuan = (fen: number) => texts.yuan(MONEY.format(fen / 100));
  const orNone = (fen: number | null) => (fen === null ? texts.none : yuan(fen));
  const factsOf = (offer: OfferView): Fact[] => [
    {
      key: "deposit",
      label: texts.deposit,
      text: `${yuan(offer.deposit_fen)} · ${texts.refund(offer.deposit_refund_days)}`,
    },
    { key: "yearly", label: texts.yearly, text: yuan(offer.yearly_service_fen) },
    { key: "exit", label: texts.exit, text: offer.exit_fen === 0 ? texts.free : yuan(offer.exit_fen) },
    { key: "settlement", label: texts.settlement, text: texts.cycles[offer.settlement] },
    { key: "number", label: all.number, text: `${offer.number} · ${all.term(offer.term_years)}` },
    { key: "quote", label: all.quote, text: offer.quote_number },
    { key: "issuer", label: all.issuer, text: offer.issuer },
    { key: "signer", label: all.signer, text: offer.signer },
    ...(offer.annexes.length === 0
      ? []
      : [
          {
            key: "annexes",
            label: all.annexes,
            text: offer.annexes.map((annex) => inLanguage(wizard, annex.title)).join(all.annexesAnd),
          },
        ]),
    { key: "until", label: all.validUntil, text: offer.valid_until },
  ];
  const feeText = (fee: ContractFee) =>
    [
      fee.rate,
      ...(fee.floor_fen === null ? [] : [`${texts.floor} ${yuan(fee.floor_fen)}`]),
      ...(fee.cap_fen === null ? [] : [`${texts.cap} ${yuan(fee.cap_fen)}`]),
    ].join(" · ");
  /** The same with the fees, one for each service. */
  const everythingOf = (offer: OfferView): Fact[] => [
    ...offer.fees.map((fee) => ({ key: fee.service, label: services[fee.service], text: feeText(fee) })),
    ...factsOf(offer),
  ];
  return { yuan, orNone, factsOf, everythingOf };
}
