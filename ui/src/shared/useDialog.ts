import { type RefObject, useEffect, useRef, useState } from "react";

/** A dialog that exists only while it is open, and the button that opens it. */
export interface DialogState {
  isOpen: boolean;
  open: () => void;
  close: () => void;
  /** Of the button. */
  opener: RefObject<HTMLButtonElement | null>;
}

/** The keyboard goes back to the button when the dialog is closed, or to the element `instead` when that is gone. */
export function useDialog(instead?: string): DialogState {
  /** Undefined before it was. */
  const [isOpen, setOpen] = useState<boolean>();
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isOpen !== false) return;
    const other = instead === undefined ? null : document.getElementById(instead);
    (opener.current ?? other)?.focus({ preventScroll: true });
  }, [isOpen, instead]);
  return { isOpen: isOpen === true, open: () => setOpen(true), close: () => setOpen(false), opener };
}
