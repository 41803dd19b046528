// What a place of the document is called, and what is wrong with it, in words.

import type { Problem, Profile } from "../../../ipc/bindings";
import { generalPointer } from "../draft/pointer";
import type { Target } from "../draft/target";
import { fenToYuan, rateToPercent } from "../fees/amounts";
import { inLanguage } from "./index";
import type { Texts } from "./zh";

/** The place's name, the same at the field, in lists and for screen readers; no two places share one. */
export function fieldLabel(texts: Texts, pointer: string): string {
  const fields: Record<string, string> = texts.fields;
  const own = fields[generalPointer(pointer)];
  if (own !== undefined) return own;
  const names: Record<string, string> = texts.personFields;
  const name = names[pointer.slice(pointer.lastIndexOf("/") + 1)];
  return name === undefined ? pointer : texts.personField(personOf(texts, pointer), name);
}

/** The name of whatever a problem, a requirement or a returned item speaks of. */
export function placeLabel(texts: Texts, profile: Profile, target: Target): string {
  const { pointer, params } = target;
  const fee = profile.fees.find((rule) => rule.service === params?.service);
  if (pointer.startsWith("/fees") && fee) return `${texts.fields["/fees"]} · ${inLanguage(texts, fee.name)}`;
  const consent = profile.consents.find((rule) => rule.id === params?.id);
  if (pointer === "/consents" && consent) return inLanguage(texts, consent.title);
  const slot = /^\/attachments\/([a-z_]+)/.exec(pointer)?.[1];
  return slot === undefined ? fieldLabel(texts, pointer) : slotName(texts, profile, slot);
}

export function slotName(texts: Texts, profile: Profile, slot: string): string {
  const rule = profile.slots.find((each) => each.slot === slot);
  return rule ? inLanguage(texts, rule.name) : slot;
}

export function problemText(texts: Texts, profile: Profile, problem: Problem): string {
  const onPhoto: Partial<Record<Problem["code"], string>> = texts.onPhoto;
  const text = (problem.params.until === undefined ? undefined : onPhoto[problem.code]) ?? texts.problems[problem.code];
  const params = readable(texts, profile, problem);
  return text.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "");
}

/** Integers in the unit people know, pointers by the field's name. */
function readable(texts: Texts, profile: Profile, { pointer, code, params }: Problem): Record<string, string> {
  const unit = (value: string): string => {
    if (pointer.endsWith("/rate")) return `${rateToPercent(Number(value))}%`;
    if (pointer.endsWith("_fen")) return texts.fees.yuan(fenToYuan(Number(value)));
    if (code === "photo_too_large") return `${(Number(value) / 1e6).toFixed(1)} MB`;
    return value;
  };
  const entries = Object.entries(params).map(([name, value]): [string, string] => {
    if (name === "other") return [name, placeLabel(texts, profile, { pointer: value })];
    return [name, name === "min" || name === "max" ? unit(value) : value];
  });
  const named = Object.fromEntries(entries);
  if (code === "out_of_range") named.range = texts.range(named.min, named.max);
  return named;
}

function personOf(texts: Texts, pointer: string): string {
  const owner = /^\/beneficial_owners\/(\d+)/.exec(pointer)?.[1];
  if (owner !== undefined) return texts.people.owner(Number(owner) + 1);
  return pointer.startsWith("/settlement") ? texts.persons.settler : texts.persons.legal;
}
