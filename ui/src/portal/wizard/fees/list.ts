import type { Dossier, Fee, FeeService, Profile } from "../../../ipc/bindings";
import { feeRules } from "../draft/branch";

/** The fees typed so far that the chosen products still need. */
export function keptFees(profile: Profile, dossier: Dossier): Fee[] {
  const wanted = new Set(feeRules(profile, dossier).map((rule) => rule.service));
  return dossier.fees.filter((fee) => wanted.has(fee.service));
}

/** The list with some numbers of one fee changed; the entry is made when it isn't there. */
export function withFee(fees: readonly Fee[], service: FeeService, change: Partial<Fee>): Fee[] {
  if (fees.some((fee) => fee.service === service)) {
    return fees.map((fee) => (fee.service === service ? { ...fee, ...change } : fee));
  }
  return [...fees, { service, rate: null, cap_fen: null, floor_fen: null, ...change }];
}

/** Standard rates for everything not agreed yet. */
export function withStandardRates(profile: Profile, dossier: Dossier): Fee[] {
  return feeRules(profile, dossier).reduce<Fee[]>((fees, rule) => {
    const agreed = fees.find((fee) => fee.service === rule.service);
    if (agreed?.rate != null) return fees;
    return withFee(fees, rule.service, {
      rate: rule.default_rate,
      cap_fen: agreed?.cap_fen ?? rule.default_cap_fen,
    });
  }, keptFees(profile, dossier));
}
