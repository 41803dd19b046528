import "../shared/base.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { commands, type Settings } from "../ipc/bindings";
import { keys } from "../ipc/keys";
import { showWindow } from "../ipc/window";
import { startLanguage } from "../shared/i18n";
import { App } from "./App";
import { newQueryClient, readFirstScreen } from "./queries";

/** The window stays unseen for its first screen's data no longer than this: what comes later is painted later. */
const LONGEST_UNSEEN_MS = 400;

/** For a first paint when the settings can't be read: the program's own defaults. */
const DEFAULTS: Settings = {
  language: "zh-CN",
  theme: "system",
  text_percent: 100,
  idle_lock_min: 5,
  photo_days: 7,
  metered_mib_per_day: null,
};

async function start(): Promise<void> {
  const client = newQueryClient();
  const soon = new Promise<void>((resolve) => setTimeout(resolve, LONGEST_UNSEEN_MS));
  const [settings] = await Promise.all([
    commands.settingsRead().catch(() => DEFAULTS),
    Promise.race([readFirstScreen(client), soon]),
  ]);
  client.setQueryData(keys.settings, settings);
  startLanguage(settings.language);
  const root = document.getElementById("root");
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <App client={client} onPainted={() => void showWindow()} />
    </StrictMode>,
  );
}

void start();
