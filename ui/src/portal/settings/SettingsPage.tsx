import { DelayedSkeleton } from "../../shared/components/Delayed";
import { CommandErrorPanel } from "../errors";
import { Page } from "../frame/Page";
import { useSettings } from "../queries";
import { usePortalTexts } from "../texts";
import { About } from "./About";
import { AppearanceSection } from "./AppearanceSection";
import { LineSection } from "./LineSection";
import { Selfcheck } from "./Selfcheck";
import { SecuritySection } from "./SecuritySection";
import { StorageSection } from "./StorageSection";

export default function SettingsPage() {
  const texts = usePortalTexts().settings;
  const { data: settings, error, refetch } = useSettings();
  return (
    <Page label={texts.title} heading>
      {settings ? (
        <>
          <AppearanceSection settings={settings} />
          <SecuritySection settings={settings} />
          <LineSection settings={settings} />
          <StorageSection settings={settings} />
          <Selfcheck />
          <About />
        </>
      ) : error ? (
        <CommandErrorPanel thrown={error} onRetry={() => void refetch()} />
      ) : (
        <DelayedSkeleton />
      )}
    </Page>
  );
}
