// The one place that knows PDF.js.

// The legacy build: WebKitGTK and Safari 16 lack what the other one uses.
import { GlobalWorkerOptions, getDocument, type PDFDocumentLoadingTask } from "pdfjs-dist/legacy/build/pdf.mjs";
import workerAddress from "pdfjs-dist/legacy/build/pdf.worker.min.mjs?url";

GlobalWorkerOptions.workerSrc = workerAddress;

export type { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist/legacy/build/pdf.mjs";

/** Opens a document; `bytes` stay usable. */
export function openPdf(bytes: ArrayBuffer): PDFDocumentLoadingTask {
  // A copy: the worker takes the bytes away.
  return getDocument({ data: bytes.slice(0) });
}
