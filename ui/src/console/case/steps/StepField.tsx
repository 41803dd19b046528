import { Form } from "antd";
import type { ReactNode } from "react";

/** What is wrong at a place, in words that name the field. */
export type FaultAt = (place: string, field: string) => string | null;

interface InputProps {
  id: string;
  "aria-invalid": boolean;
  "aria-describedby"?: string;
}

interface Props {
  place: string;
  /** The field's name, in messages too. */
  name: string;
  /** The name stands elsewhere: the input carries it by itself. */
  isBare?: boolean;
  extra?: string;
  faultAt: FaultAt;
  children: (input: InputProps) => ReactNode;
}

/** One field of a report: its name, its input, and what is wrong with it. */
export function StepField({ place, name, isBare = false, extra, faultAt, children }: Props) {
  const id = fieldId(place);
  const fault = faultAt(place, name);
  const wrong = fault !== null && {
    validateStatus: "error" as const,
    help: <span id={`${id}-fault`}>{fault}</span>,
  };
  return (
    <Form.Item {...(!isBare && { label: name, htmlFor: id })} {...(extra !== undefined && { extra })} {...wrong}>
      {children({ id, "aria-invalid": fault !== null, ...(fault !== null && { "aria-describedby": `${id}-fault` }) })}
    </Form.Item>
  );
}

/** The element that a place is typed into. */
export function fieldId(place: string): string {
  return `step${place.replaceAll("/", "-")}`;
}
