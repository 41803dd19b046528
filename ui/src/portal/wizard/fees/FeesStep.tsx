import { Button, InputNumber, Typography } from "antd";

import { feeRules } from "../draft/branch";
import { useDossier, useField, useReadOnly, useWizard } from "../draft/context";
import { fieldId } from "../draft/target";
import { FieldFrame, statusOf } from "../fields/FieldFrame";
import { Section } from "../fields/Section";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";
import { FeeRow } from "./FeeRow";
import { withStandardRates } from "./list";

export function FeesStep() {
  const texts = useTexts();
  const { draft, profile } = useWizard();
  const dossier = useDossier();
  const readOnly = useReadOnly("/fees");
  const rules = feeRules(profile, dossier);
  const standard = rules.length > 0 && (
    <Button
      size="small"
      disabled={readOnly}
      onClick={() => {
        draft.set("/fees", withStandardRates(profile, draft.dossier()), "now");
      }}
    >
      {texts.fees.standard}
    </Button>
  );
  return (
    <>
      <Section title={texts.fees.heading} extra={standard}>
        {rules.length === 0 ? (
          <Typography.Text type="secondary" className={styles.wideField} id={fieldId("/fees")} tabIndex={-1}>
            {texts.fees.none}
          </Typography.Text>
        ) : (
          <table className={styles.fees} id={fieldId("/fees")} tabIndex={-1}>
            <thead>
              <tr>
                <th scope="col">{texts.fees.service}</th>
                <th scope="col">{texts.fees.rate}</th>
                <th scope="col">{texts.fees.cap}</th>
                <th scope="col">{texts.fees.range}</th>
              </tr>
            </thead>
            <tbody>
              {rules.map((rule) => (
                <FeeRow key={rule.service} rule={rule} fees={dossier.fees} />
              ))}
            </tbody>
          </table>
        )}
      </Section>
      <Section title={texts.fees.terminals}>
        <TerminalCount />
      </Section>
    </>
  );
}

function TerminalCount() {
  const texts = useTexts();
  const { draft, profile } = useWizard();
  const pointer = "/terminals/count";
  const field = useField<number | null>(pointer);
  const { min_terminals, max_terminals } = profile.limits;
  const filled = field.value !== null;
  return (
    <FieldFrame {...{ pointer, field, filled }} hint={texts.fees.terminalLimits(min_terminals, max_terminals)}>
      <InputNumber<number>
        id={fieldId(pointer)}
        className={styles.control}
        value={field.value}
        precision={0}
        readOnly={field.readOnly}
        status={statusOf(field, filled, false)}
        aria-describedby={`${fieldId(pointer)}-note`}
        onChange={(count) => {
          if (count === null || count >= 0) draft.set(pointer, count);
        }}
        onBlur={() => {
          draft.leave(pointer);
          void draft.flush();
        }}
      />
    </FieldFrame>
  );
}
