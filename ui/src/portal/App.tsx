import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect } from "react";

import { onChanged } from "../ipc/events";
import { applyChange } from "../ipc/keys";
import { Appearance } from "../shared/Appearance";
import { setLanguage } from "../shared/i18n";
import { useSettings } from "./queries";
import { Gate } from "./session/Gate";

interface Props {
  client: QueryClient;
  /** Called once, when there is something to look at. */
  onPainted: () => void;
}

export function App({ client, onPainted }: Props) {
  useEffect(() => onChanged((changed) => applyChange(client, changed)), [client]);
  useEffect(() => {
    // Not by an animation frame: an unseen window doesn't get any.
    onPainted();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, after the first render
  }, []);
  return (
    <QueryClientProvider client={client}>
      <Dressed />
    </QueryClientProvider>
  );
}

function Dressed() {
  const { data: settings } = useSettings();
  const language = settings?.language ?? "zh-CN";
  useEffect(() => setLanguage(language), [language]);
  return (
    <Appearance theme={settings?.theme ?? "system"} text_percent={settings?.text_percent ?? 100}>
      <Gate />
    </Appearance>
  );
}
