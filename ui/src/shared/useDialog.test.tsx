import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, it } from "vitest";

import { useDialog } from "./useDialog";

afterEach(cleanup);

/** A place for one thing: its button goes away when the dialog has given it. */
function Place() {
  const { isOpen, open, close, opener } = useDialog("place");
  const [isFull, setFull] = useState(false);
  return (
    <section id="place" tabIndex={-1} aria-label="place">
      {!isFull && (
        <button ref={opener} onClick={open}>
          open
        </button>
      )}
      {isOpen && (
        <dialog open>
          <button onClick={close}>cancel</button>
          <button
            onClick={() => {
              setFull(true);
              close();
            }}
          >
            give
          </button>
        </dialog>
      )}
    </section>
  );
}

it("leaves the keyboard alone before the dialog was opened", () => {
  render(<Place />);
  expect(document.activeElement).toBe(document.body);
});

it.each([
  { by: "cancel", to: "the button that opened it", role: "button", name: "open" },
  { by: "give", to: "the place when the button is gone", role: "region", name: "place" },
])("gives the keyboard to $to", async ({ by, role, name }) => {
  const user = userEvent.setup();
  render(<Place />);
  await user.click(screen.getByRole("button", { name: "open" }));
  await user.click(screen.getByRole("button", { name: by }));
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(document.activeElement).toBe(screen.getByRole(role, { name }));
});
