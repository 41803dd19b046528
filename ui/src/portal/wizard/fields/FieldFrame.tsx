import { Tooltip, Typography } from "antd";
import type { ReactNode } from "react";

import { useTexts } from "../texts";
import { fieldLabel, problemText } from "../texts/problem";
import { type FieldState, useCaseView, useWizard } from "../draft/context";
import { fieldId } from "../draft/target";
import styles from "../wizard.module.css";
import { NumberOverride } from "./NumberOverride";
import { Suggestions } from "./Suggestions";

interface Props {
  pointer: string;
  field: Pick<FieldState<unknown>, "problems" | "requirement" | "wasLeft">;
  /** Something was typed here. */
  filled: boolean;
  /** The keyboard is here: what is missing isn't said before the field is left. */
  busy?: boolean;
  label?: string;
  hint?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

/** Label, required mark with its reason, and what is wrong, around one control whose id is the place's. */
export function FieldFrame({ pointer, field, filled, busy = false, label, hint, wide = false, children }: Props) {
  const texts = useTexts();
  const { profile } = useWizard();
  const view = useCaseView();
  const { requirement } = field;
  const shown = field.wasLeft || (filled && !busy) ? field.problems : [];
  const id = fieldId(pointer);
  const reason = requirement && texts.reasons[requirement.reason];
  const returned = view.returned.find((entry) => entry.item.pointer === pointer);
  return (
    <div className={wide ? styles.wideField : styles.field}>
      <div className={styles.label}>
      <label htmlFor={id}>{label ?? fieldLabel(texts, pointer)}</label>
      {requirement?.due === "now" && (
        <Tooltip title={reason}>
          <Typography.Text type="danger" aria-hidden className={styles.mark}>
            *
          </Typography.Text>
        </Tooltip>
      )}
      {requirement?.due === "later" && (
        <Tooltip title={reason}>
          <Typography.Text type="secondary" className={styles.mark}>
            {texts.field.later}
          </Typography.Text>
        </Tooltip>
      )}
      </div>
      {children}
      <div id={`${id}-note`} className={styles.note}>
        {returned && (
          <Typography.Text type="warning">
            {texts.returned.asked(texts.returnReasons[returned.item.reason], returned.item.text)}
          </Typography.Text>
        )}
        {shown.map((problem) => (
          <Typography.Text
            key={problem.code}
            type={problem.severity === "blocking" ? "danger" : "warning"}
            role={problem.severity === "blocking" ? "alert" : "status"}
          >
            {problemText(texts, profile, problem)}
          </Typography.Text>
        ))}
        {shown.some(({ code }) => code === "bad_check_digit") && (
          <NumberOverride pointer={pointer} label={label ?? fieldLabel(texts, pointer)} problems={shown} />
        )}
        <Suggestions pointer={pointer} />
        {shown.length === 0 && hint && <Typography.Text type="secondary">{hint}</Typography.Text>}
      </div>
    </div>
  );
}

/** How a control shows its problems: only what stops submission is red. */
export function statusOf(field: FieldState<unknown>, filled: boolean, busy: boolean): "" | "error" | "warning" {
  if (!field.wasLeft && !(filled && !busy)) return "";
  if (field.problems.some((problem) => problem.severity === "blocking")) return "error";
  return field.problems.length > 0 ? "warning" : "";
}
