import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, it } from "vitest";

import { useFocusReturn } from "./useFocusReturn";

afterEach(cleanup);

/** What becomes of the button that opened the dialog. */
type Opener = "there" | "gone" | "disabled";

function Dialog({ onClose }: { onClose: (opener: Opener) => void }) {
  useFocusReturn("place");
  return (
    <dialog open>
      {(["there", "gone", "disabled"] as const).map((opener) => (
        <button key={opener} onClick={() => onClose(opener)}>
          {opener}
        </button>
      ))}
    </dialog>
  );
}

function Place() {
  const [isOpen, setOpen] = useState(false);
  const [opener, setOpener] = useState<Opener>("there");
  const close = (opener: Opener) => {
    setOpener(opener);
    setOpen(false);
  };
  return (
    <section id="place" tabIndex={-1} aria-label="place">
      {opener !== "gone" && (
        <button disabled={opener === "disabled"} onClick={() => setOpen(true)}>
          open
        </button>
      )}
      {isOpen && <Dialog onClose={close} />}
    </section>
  );
}

it.each([
  { opener: "there", role: "button", name: "open" },
  { opener: "gone", role: "region", name: "place" },
  { opener: "disabled", role: "region", name: "place" },
])("gives the keyboard back to the $role when what opened the dialog is $opener", async ({ opener, role, name }) => {
  const user = userEvent.setup();
  render(<Place />);
  await user.click(screen.getByRole("button", { name: "open" }));
  await user.click(screen.getByRole("button", { name: opener }));
  expect(screen.queryByRole("dialog")).toBeNull();
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole(role, { name })));
});

it("gives the keyboard to the place when nothing had it before", async () => {
  render(<Place />);
  // As where a click doesn't move the keyboard.
  fireEvent.click(screen.getByRole("button", { name: "open" }));
  expect(document.activeElement).toBe(document.body);
  fireEvent.click(screen.getByRole("button", { name: "there" }));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("region", { name: "place" })));
});
