import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";

import { openPortal } from "../../testing/render";
import { answer, callsOf } from "../../testing/shell";

it("lets a double click open a page and press nothing on it", async () => {
  answer("case_create", () => ({ case_id: "new" }));
  openPortal();
  const link = await screen.findByRole("link", { name: "案件" });
  fireEvent.click(link, { detail: 1 });
  await screen.findByRole("grid");
  const create = screen.getByRole("button", { name: "新建案件" });
  fireEvent.click(create, { detail: 2 });
  expect(callsOf("case_create")).toEqual([]);
  // The next click, however soon, is one of its own.
  fireEvent.click(create, { detail: 1 });
  await waitFor(() => expect(callsOf("case_create")).toHaveLength(1));
});
