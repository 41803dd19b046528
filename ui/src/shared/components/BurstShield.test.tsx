import { act, fireEvent, render } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";

import { BurstShield } from "./BurstShield";

afterEach(() => vi.useRealTimers());

const shield = () => document.querySelector("[data-shield]");

it("covers a new page for as long as the clicks go on, and then gets out of the way", () => {
  vi.useFakeTimers();
  render(<BurstShield />);
  for (let click = 0; click < 5; click++) {
    act(() => void vi.advanceTimersByTime(400));
    const cover = shield();
    expect(cover).not.toBeNull();
    if (cover) fireEvent.pointerDown(cover);
  }
  act(() => void vi.advanceTimersByTime(600));
  expect(shield()).toBeNull();
});
