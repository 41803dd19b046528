/** Prints the pages drawn inside `shown`, and nothing else of the window. */
export function printPages(shown: HTMLElement): void {
  const sheet = document.createElement("div");
  sheet.className = "print-sheet";
  for (const canvas of shown.querySelectorAll("canvas")) {
    const page = document.createElement("img");
    page.src = canvas.toDataURL("image/png");
    sheet.append(page);
  }
  document.body.append(sheet);
  window.addEventListener("afterprint", () => sheet.remove(), { once: true });
  window.print();
}
