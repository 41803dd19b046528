import { openPdf, type PDFPageProxy } from "./pdf";

/** Sharp on paper, and small enough for a document of many pages: 200 dots per inch. */
const PRINT_SCALE = 200 / 72;

/** Prints a PDF, and nothing else of the window. Rejects when the document can't be opened. */
export async function printPdf(bytes: ArrayBuffer): Promise<void> {
  const task = openPdf(bytes);
  const sheet = document.createElement("div");
  sheet.className = "print-sheet printed";
  try {
    const pdf = await task.promise;
    for (let number = 1; number <= pdf.numPages; number += 1) sheet.append(await pictureOf(await pdf.getPage(number)));
  } finally {
    void task.destroy();
  }
  document.body.append(sheet);
  // Some engines come back from `print` before the pages are laid out: the sheet stays until they say so, and what an
  // engine that never says so leaves is taken away by the next print.
  for (const old of document.querySelectorAll(".print-sheet")) if (old !== sheet) old.remove();
  window.addEventListener("afterprint", () => sheet.remove(), { once: true });
  window.print();
}

async function pictureOf(page: PDFPageProxy): Promise<HTMLImageElement> {
  const viewport = page.getViewport({ scale: PRINT_SCALE });
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  await page.render({ canvas, viewport, intent: "print" }).promise;
  const picture = document.createElement("img");
  picture.alt = "";
  picture.src = canvas.toDataURL("image/png");
  await picture.decode();
  return picture;
}
