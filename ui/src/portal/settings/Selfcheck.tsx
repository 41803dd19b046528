import { CheckCircleFilled, CloseCircleFilled, ExclamationCircleFilled, QuestionCircleOutlined } from "@ant-design/icons";
import { Button, Typography } from "antd";
import type { ReactNode } from "react";

import type { CheckId, CheckResult } from "../../ipc/bindings";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { useFormat } from "../../shared/i18n/format";
import { CommandErrorPanel } from "../errors";
import { useSelfcheck } from "../queries";
import { usePortalTexts } from "../texts";
import { CheckHelp } from "./CheckHelp";
import { Section } from "./Section";
import styles from "./settings.module.css";

const SIGNS: Record<CheckResult, ReactNode> = {
  ok: <CheckCircleFilled aria-hidden style={{ color: "var(--ant-color-success)" }} />,
  warning: <ExclamationCircleFilled aria-hidden style={{ color: "var(--ant-color-warning)" }} />,
  failed: <CloseCircleFilled aria-hidden style={{ color: "var(--ant-color-error)" }} />,
  unknown: <QuestionCircleOutlined aria-hidden style={{ color: "var(--ant-color-text-tertiary)" }} />,
};

interface Props {
  /** Says beside each finding what to do. Not where the screen behind already does. */
  helps?: boolean;
}

/** Everything the portal needs, checked, with what to do about each finding. */
export function Selfcheck({ helps = true }: Props) {
  const texts = usePortalTexts().settings;
  const format = useFormat();
  const figureText = (check: CheckId, figure: string): string => {
    if (check === "disk") return texts.free(format.bytes(Number(figure)));
    return check === "clock" && figure !== "0" ? texts.off(Math.abs(Number(figure))) : "";
  };
  const { data: checks, error, refetch, isFetching } = useSelfcheck();
  return (
    <Section
      title={texts.selfcheck}
      hint={texts.selfcheckHint}
      action={
        <Button disabled={isFetching} onClick={() => void refetch()}>
          {texts.runAgain}
        </Button>
      }
    >
      {checks ? (
        <ul className={styles.checks} aria-busy={isFetching}>
          {checks.map(({ check, result, finding, figure }) => (
            <li key={check}>
              {SIGNS[result]}
              <span>{texts.checks[check]}</span>
              <Typography.Text type={result === "failed" ? "danger" : "secondary"}>
                {finding === "fine" ? texts.results[result] : texts.findings[finding]}
                {figure !== null && figureText(check, figure)}
              </Typography.Text>
              {helps && result !== "ok" && (
                <CheckHelp name={texts.checks[check]} finding={finding} onAgain={() => void refetch()} />
              )}
            </li>
          ))}
        </ul>
      ) : error ? (
        <CommandErrorPanel thrown={error} onRetry={() => void refetch()} />
      ) : (
        <DelayedSkeleton />
      )}
    </Section>
  );
}
