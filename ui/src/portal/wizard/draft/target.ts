// From a place of the document to the control that shows it.

import type { Dossier } from "../../../ipc/bindings";

/** A problem, a requirement, a returned item: anything that names a place, and in lists which entry. */
export interface Target {
  pointer: string;
  params?: Record<string, string>;
}

/** Entries of lists that have names are known by them: `/fees/wechat/rate`, `/consents/privacy_notice`. */
export function placeOf(target: Target, dossier: Dossier): string {
  const { pointer, params } = target;
  if (pointer === "/fees" && params?.service) return `/fees/${params.service}/rate`;
  if (pointer === "/consents" && params?.id) return `/consents/${params.id}`;
  const fee = /^\/fees\/(\d+)(\/.*)?$/.exec(pointer);
  const service = fee && dossier.fees[Number(fee[1])]?.service;
  if (service) return `/fees/${service}${fee[2] ?? "/rate"}`;
  return pointer.replace(/^(\/attachments\/[^/]+)\/.*$/, "$1");
}

/** DOM id of the control of a place. */
export function fieldId(place: string): string {
  return `field${place.replaceAll("/", "-")}`;
}

const CONTROL = "input, textarea, button, [tabindex='0']";

/** Puts the keyboard on the control of a place, or of the nearest part around it. False when none is there. */
export function focusPlace(place: string): boolean {
  for (let at = place; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const element = document.getElementById(fieldId(at));
    if (element) {
      element.scrollIntoView({ block: "center" });
      const control = element.matches(CONTROL) ? element : (element.querySelector<HTMLElement>(CONTROL) ?? element);
      control.focus({ preventScroll: true });
      return true;
    }
  }
  return false;
}
