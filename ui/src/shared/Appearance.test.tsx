import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { Drawer, Input } from "antd";
import { useState } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Appearance } from "./Appearance";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A screen that holds what is typed into its drawer. */
function Screen() {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  return (
    <>
      <button onClick={() => setOpen(true)}>open</button>
      <Drawer open={open}>
        <Input aria-label="words" value={text} onChange={({ target }) => setText(target.value)} />
      </Drawer>
    </>
  );
}

it("takes every letter that is typed into what has just opened, however late the computer paints", () => {
  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => frames.push(callback));
  render(
    <Appearance theme="light" text_percent={100}>
      <Screen />
    </Appearance>,
  );
  fireEvent.click(screen.getByText("open"));
  const words = screen.getByLabelText<HTMLInputElement>("words");
  let typed = "";
  for (let frame = 0; frame < 12; frame += 1) {
    typed += String.fromCharCode(97 + frame);
    fireEvent.change(words, { target: { value: typed } });
    expect(words.value).toBe(typed);
    // A second for each frame.
    act(() => {
      for (const paint of frames.splice(0)) paint(frame * 1000);
      vi.advanceTimersByTime(1000);
    });
  }
});
