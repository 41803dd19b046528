import { getCurrentWindow } from "@tauri-apps/api/window";

/** Shows the window, which opens unseen, once the page has something to show. */
export async function showWindow(): Promise<void> {
  await getCurrentWindow().show();
}
