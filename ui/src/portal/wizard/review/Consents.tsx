import { App, Checkbox, Typography } from "antd";
import { useState } from "react";

import { commands, type Consent, type ConsentRule } from "../../../ipc/bindings";
import { useFormat } from "../../../shared/i18n/format";
import { useCaseView, useValue, useWizard } from "../draft/context";
import { fieldId } from "../draft/target";
import { inLanguage, useTexts } from "../texts";
import { useErrorMessage } from "../../errors";
import styles from "../wizard.module.css";

/** The texts to be agreed to, whole; each tick is recorded with the text's version and the time. */
export function Consents() {
  const errorText = useErrorMessage();
  const { message } = App.useApp();
  const { draft, profile } = useWizard();
  const view = useCaseView();
  const given = useValue((dossier) => dossier.consents);
  const [isBusy, setBusy] = useState(false);
  const asked = profile.consents.filter((rule) => isAsked(view.requirements, rule.id));
  const isGiven = (rule: ConsentRule) => given.some(({ id, version }) => id === rule.id && version === rule.version);
  const record = async (rule: ConsentRule, agrees: boolean) => {
    const ids = asked.filter((each) => (each.id === rule.id ? agrees : isGiven(each))).map((each) => each.id);
    setBusy(true);
    try {
      await draft.change((revision) => commands.caseConsent(view.case_id, revision, ids));
    } catch (reason) {
      void message.error(errorText(reason));
    }
    setBusy(false);
  };
  return (
    <div id={fieldId("/consents")} tabIndex={-1} className={styles.consents}>
      {asked.map((rule) => (
        <ConsentText
          key={rule.id}
          rule={rule}
          given={given.find((consent) => consent.id === rule.id && consent.version === rule.version)}
          isDisabled={isBusy || view.editing.mode === "nothing"}
          onChange={(agrees) => void record(rule, agrees)}
        />
      ))}
    </div>
  );
}

interface TextProps {
  rule: ConsentRule;
  given: Consent | undefined;
  isDisabled: boolean;
  onChange: (agrees: boolean) => void;
}

function ConsentText({ rule, given, isDisabled, onChange }: TextProps) {
  const texts = useTexts();
  const format = useFormat();
  const title = inLanguage(texts, rule.title);
  return (
    <article className={styles.consent} aria-label={title}>
      <Typography.Title level={3} className={styles.panelTitle}>
        {title}
      </Typography.Title>
      <Typography.Paragraph className="selectable">{inLanguage(texts, rule.text)}</Typography.Paragraph>
      <Checkbox
        id={fieldId(`/consents/${rule.id}`)}
        checked={given !== undefined}
        disabled={isDisabled}
        onChange={(event) => {
          onChange(event.target.checked);
        }}
      >
        {texts.review.agree(title)}
      </Checkbox>
      {given && <Typography.Text type="secondary">{texts.review.agreedAt(format.time(given.at_ms))}</Typography.Text>}
    </article>
  );
}

function isAsked(requirements: ReturnType<typeof useCaseView>["requirements"], id: string): boolean {
  return requirements.some(({ pointer, params }) => pointer === "/consents" && params?.id === id);
}
