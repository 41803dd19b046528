import { isInaccessible } from "@testing-library/dom";
import axe from "axe-core";
import { expect } from "vitest";

/** What axe itself names controls by; its types leave it out. */
const { commons } = axe as unknown as { commons: { text: { accessibleText: (element: Element) => string } } };

const CONTROLS = [
  "a[href]",
  "button",
  "input:not([type='hidden'])",
  "select",
  "textarea",
  ...["button", "checkbox", "combobox", "grid", "link", "menuitem", "option", "radio", "switch", "tab"].map(
    (role) => `[role='${role}']`,
  ),
  "[tabindex='0']",
].join(", ");

/**
 * Fails with every control that has no name, and with names that two controls of the page share: who hears the page,
 * or drives it from outside, couldn't tell them apart.
 */
export function expectNamed(place: Element = document.body): void {
  const nameless: string[] = [];
  const seen = new Map<string, number>();
  axe.setup(document.documentElement);
  for (const control of place.querySelectorAll(CONTROLS)) {
    // Nobody finds it, so nobody needs its name.
    if (isInaccessible(control) || control.closest("[inert]")) continue;
    const name = commons.text.accessibleText(control).trim();
    if (name === "") nameless.push(control.outerHTML.slice(0, 240));
    const kind = `${control.getAttribute("role") ?? control.localName}: ${name}`;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  }
  axe.teardown();
  const shared = [...seen].filter(([, count]) => count > 1).map(([kind, count]) => `${kind} × ${String(count)}`);
  expect({ nameless, shared }).toEqual({ nameless: [], shared: [] });
}
