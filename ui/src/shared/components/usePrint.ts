import { App } from "antd";
import { useState } from "react";

/** Printing a PDF: whether it is under way, and what begins it. `failed` is said when it can't be printed. */
export function usePrint(failed: string): [boolean, (bytes: ArrayBuffer) => Promise<void>] {
  const { message } = App.useApp();
  const [printing, setPrinting] = useState(false);
  const print = async (bytes: ArrayBuffer) => {
    setPrinting(true);
    try {
      // PDF.js is read with the viewer: it is here already.
      const { printPdf } = await import("./printPdf");
      await printPdf(bytes);
    } catch {
      void message.error(failed);
    }
    setPrinting(false);
  };
  return [printing, print];
}
