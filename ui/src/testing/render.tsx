import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { expect } from "vitest";

import { App } from "../portal/App";
import { newQueryClient } from "../portal/queries";

/** The whole portal at an address, with the test in the shell's place. */
export function openPortal(path = "/") {
  window.location.hash = path;
  const user = userEvent.setup();
  const view = render(<App client={newQueryClient()} onPainted={() => undefined} />);
  return { user, ...view };
}

/** Fails with what people who use a screen reader or the keyboard would stumble over. */
export async function expectAccessible(place: Element = document.body): Promise<void> {
  const result = await axe.run(place, {
    // There is no layout here: colours are judged by the theme's own test and by eye.
    rules: { "color-contrast": { enabled: false }, region: { enabled: false }, "page-has-heading-one": { enabled: false } },
  });
  const found = result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n  ")}`);
  expect(found).toEqual([]);
}
