// The document as a list of names and values: what the review step and the case page show.

import type { CaseView, Dossier, Person, Profile } from "../../../ipc/bindings";
import type { MaskKind } from "../../../shared/mask";
import { fieldRule, hasList, isAsked } from "../draft/branch";
import { fenToYuan, rateToPercent } from "../fees/amounts";
import type { StepId } from "../steps";
import { inLanguage, type Texts } from "../texts";
import { placeLabel } from "../texts/problem";

export interface SummaryLine {
  pointer: string;
  label: string;
  text: string;
  /** A personal number, which pages that are only read don't show whole. */
  mask?: MaskKind;
}

export interface SummaryNames {
  texts: Texts;
  profile: Profile;
  requirements: CaseView["requirements"];
  division: (code: string) => string;
  mcc: (code: string) => string;
}

export function summaryOf(step: StepId, dossier: Dossier, names: SummaryNames): SummaryLine[] {
  switch (step) {
    case "kind_and_products":
      return kindLines(dossier, names);
    case "business":
      return businessLines(dossier, names);
    case "people":
      return peopleLines(dossier, names);
    case "premises":
      return premisesLines(dossier, names);
    case "settlement":
      return settlementLines(dossier, names);
    case "fees":
      return feeLines(dossier, names);
    case "photos":
    case "review":
      return [];
  }
}

function line({ texts, profile }: SummaryNames, pointer: string, text: string, mask?: MaskKind): SummaryLine {
  return { pointer, label: placeLabel(texts, profile, { pointer }), text, ...(mask && { mask }) };
}

/** A code of the profile by its name. */
function optionName({ texts, profile }: SummaryNames, pointer: string, code: string): string {
  const option = fieldRule(profile, pointer)?.options.find((each) => each.code === code);
  return option ? inLanguage(texts, option.name) : code;
}

function kindLines({ kind, products }: Dossier, names: SummaryNames): SummaryLine[] {
  const { texts, profile } = names;
  const chosen = profile.products.filter((rule) => products.includes(rule.product));
  return [
    line(names, "/kind", kind === null ? "" : texts.kind.names[kind]),
    line(names, "/products", texts.list(chosen.map((rule) => inLanguage(texts, rule.name)))),
  ];
}

function businessLines({ business, licence }: Dossier, names: SummaryNames): SummaryLine[] {
  const papers = licence.separate_certificates
    ? [
        line(names, "/licence/tax_registration_number", licence.tax_registration_number),
        line(names, "/licence/organisation_code", licence.organisation_code),
      ]
    : [];
  const licenceLines = [
    line(names, "/licence/number", licence.number),
    line(names, "/licence/name", licence.name),
    line(names, "/licence/valid_from", licence.valid_from),
    line(names, "/licence/valid_until", day(licence.valid_until, names)),
    ...papers,
    line(names, "/licence/scope", licence.scope),
  ];
  return [
    ...(isAsked(names.requirements, "/licence") ? licenceLines : []),
    line(names, "/business/registered_name", business.registered_name),
    line(names, "/business/trade_name", business.trade_name),
    line(names, "/business/division", names.division(business.division)),
    line(names, "/business/address", business.address),
    line(names, "/business/mcc", names.mcc(business.mcc)),
    line(names, "/business/content", optionName(names, "/business/content", business.content)),
    line(names, "/business/service_phone", business.service_phone),
    line(names, "/business/email", business.email),
  ];
}

function peopleLines(dossier: Dossier, names: SummaryNames): SummaryLine[] {
  const owners = hasList(names.profile, "/beneficial_owners", dossier.kind) ? dossier.beneficial_owners : [];
  return [
    ...personLines("/legal_person", dossier.legal_person, names),
    line(names, "/legal_person/mobile", dossier.legal_person.mobile, "phone"),
    line(names, "/contact/name", dossier.contact.name),
    line(names, "/contact/mobile", dossier.contact.mobile, "phone"),
    ...owners.flatMap((owner, index) => [
      ...personLines(`/beneficial_owners/${index}/person`, owner.person, names),
      line(names, `/beneficial_owners/${index}/address`, owner.address),
    ]),
  ];
}

function personLines(base: string, person: Person, names: SummaryNames): SummaryLine[] {
  return [
    line(names, `${base}/name`, person.name),
    line(names, `${base}/id_kind`, names.texts.people.idKinds[person.id_kind]),
    line(names, `${base}/id_number`, person.id_number, "id"),
    line(names, `${base}/id_valid_from`, person.id_valid_from),
    line(names, `${base}/id_valid_until`, day(person.id_valid_until, names)),
  ];
}

function premisesLines({ shop }: Dossier, names: SummaryNames): SummaryLine[] {
  const { yes, no } = names.texts.review;
  const place = [
    line(names, "/shop/division", names.division(shop.division)),
    line(names, "/shop/address", shop.address),
  ];
  return [
    line(names, "/shop/same_as_registered", shop.same_as_registered ? yes : no),
    line(names, "/shop/mobile_trade", shop.mobile_trade ? yes : no),
    ...(shop.same_as_registered ? [] : place),
    line(names, "/shop/name", shop.name),
    line(names, "/shop/contact_name", shop.contact_name),
    line(names, "/shop/contact_mobile", shop.contact_mobile, "phone"),
  ];
}

function settlementLines({ settlement }: Dossier, names: SummaryNames): SummaryLine[] {
  const { texts } = names;
  const hasSettler = isAsked(names.requirements, "/settlement/settler_person");
  const settler = settlement.settler_person;
  return [
    line(names, "/settlement/kind", settlement.kind === null ? "" : texts.settlement.kinds[settlement.kind]),
    ...(settlement.kind === "private"
      ? [line(names, "/settlement/settler", texts.settlement.settlers[settlement.settler])]
      : [line(names, "/settlement/to_be_opened", settlement.to_be_opened ? texts.review.yes : texts.review.no)]),
    line(names, "/settlement/holder", settlement.holder),
    line(names, "/settlement/number", settlement.number, "card"),
    line(names, "/settlement/bank_name", settlement.bank_name),
    line(names, "/settlement/branch_name", settlement.branch_name),
    line(names, "/settlement/branch_code", settlement.branch_code),
    line(names, "/settlement/period", optionName(names, "/settlement/period", settlement.period)),
    ...(hasSettler ? personLines("/settlement/settler_person", settler, names) : []),
    ...(hasSettler ? [line(names, "/settlement/settler_person/mobile", settler.mobile, "phone")] : []),
  ];
}

function feeLines({ fees, terminals }: Dossier, names: SummaryNames): SummaryLine[] {
  const { texts, profile } = names;
  return [
    ...fees.map((fee, index): SummaryLine => {
      const target = { pointer: "/fees", params: { service: fee.service } };
      const rate = fee.rate === null ? "" : `${rateToPercent(fee.rate)}%`;
      const cap = fee.cap_fen === null ? "" : ` · ${texts.fees.capped(fenToYuan(fee.cap_fen))}`;
      return { pointer: `/fees/${index}`, label: placeLabel(texts, profile, target), text: rate + cap };
    }),
    line(names, "/terminals/count", terminals.count === null ? "" : String(terminals.count)),
  ];
}

function day(value: string, { texts }: SummaryNames): string {
  return value === "long_term" ? texts.field.longTerm : value;
}
