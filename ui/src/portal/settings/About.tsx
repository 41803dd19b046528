import { useAppInfo } from "../queries";
import { usePortalTexts } from "../texts";
import { Row, Section } from "./Section";

export function About() {
  const texts = usePortalTexts().settings;
  const { data: info } = useAppInfo();
  return (
    <Section title={texts.about}>
      <Row label={texts.version}>
        <span className="selectable">{info?.version}</span>
      </Row>
      <Row label={texts.backend}>
        <span className="selectable">{info && (info.backend ?? texts.noBackend)}</span>
      </Row>
    </Section>
  );
}
