import { CheckCircleFilled, ClockCircleOutlined, MinusCircleOutlined, StopOutlined } from "@ant-design/icons";
import { Button, Checkbox, theme, Typography } from "antd";
import { memo, useState } from "react";

import type { Requirement } from "../../../ipc/bindings";
import { useCaseView, useWizard } from "../draft/context";
import { STEPS, stepOf } from "../steps";
import { useTexts } from "../texts";
import { placeLabel } from "../texts/problem";
import styles from "../wizard.module.css";

/** Everything that the application needs, by step: there, missing or later; each a link to its place. */
export const RequirementList = memo(function RequirementList() {
  const texts = useTexts();
  const { requirements } = useCaseView();
  const [isOpenOnly, setOpenOnly] = useState(true);
  const due = requirements.filter((requirement) => requirement.due === "now");
  const met = due.filter((requirement) => requirement.met).length;
  const shown = requirements.filter((requirement) => !isOpenOnly || !requirement.met);
  return (
    <section className={styles.panel} aria-label={texts.wizard.asked}>
      <div className={styles.sectionHead}>
        <Typography.Title level={3} className={styles.panelTitle}>
          {texts.wizard.asked}
        </Typography.Title>
        <Typography.Text type="secondary">{texts.wizard.askedCount(met, due.length)}</Typography.Text>
      </div>
      <Checkbox
        checked={isOpenOnly}
        onChange={(event) => {
          setOpenOnly(event.target.checked);
        }}
      >
        {texts.wizard.openOnly}
      </Checkbox>
      {shown.length === 0 && <Typography.Paragraph type="secondary">{texts.wizard.allMet}</Typography.Paragraph>}
      {STEPS.map((step) => {
        const entries = shown.filter((requirement) => stepOf(requirement.pointer) === step);
        if (entries.length === 0) return null;
        return (
          <div key={step}>
            <Typography.Text type="secondary" className={styles.block}>
              {texts.steps[step]}
            </Typography.Text>
            <ul className={styles.plainList}>
              {entries.map((requirement) => (
                <Entry key={keyOf(requirement)} requirement={requirement} />
              ))}
            </ul>
          </div>
        );
      })}
    </section>
  );
});

function Entry({ requirement }: { requirement: Requirement }) {
  const texts = useTexts();
  const { profile, jump } = useWizard();
  const { due, met, blocked_by } = requirement;
  const label = placeLabel(texts, profile, requirement);
  const state = met ? texts.wizard.met : due === "later" ? texts.wizard.later : texts.wizard.unmet;
  const wait = due === "blocked" && blocked_by !== null ? placeLabel(texts, profile, { pointer: blocked_by }) : null;
  return (
    <li>
      <Button
        type="link"
        size="small"
        className={styles.requirement}
        icon={<StateIcon requirement={requirement} />}
        title={texts.reasons[requirement.reason]}
        aria-label={label}
        aria-description={wait ? texts.wizard.blocked(wait) : state}
        onClick={() => {
          jump(wait && blocked_by ? { pointer: blocked_by } : requirement);
        }}
      >
        <span className={styles.requirementText}>
          {label}
          {(wait ?? due === "later") && (
            <Typography.Text type="secondary" className={styles.block}>
              {wait ? texts.wizard.blocked(wait) : texts.wizard.later}
            </Typography.Text>
          )}
        </span>
      </Button>
    </li>
  );
}

function StateIcon({ requirement: { due, met } }: { requirement: Requirement }) {
  const { token } = theme.useToken();
  if (met) return <CheckCircleFilled style={{ color: token.colorSuccess }} aria-hidden />;
  switch (due) {
    case "now":
      return <MinusCircleOutlined style={{ color: token.colorWarning }} aria-hidden />;
    case "later":
      return <ClockCircleOutlined style={{ color: token.colorTextTertiary }} aria-hidden />;
    case "blocked":
      return <StopOutlined style={{ color: token.colorTextTertiary }} aria-hidden />;
  }
}

function keyOf({ pointer, params }: Requirement): string {
  return `${pointer} ${params?.service ?? params?.id ?? ""}`;
}
