import { Alert, Button, Typography } from "antd";

import { useSharedTexts } from "../texts";

interface Props {
  /** What failed, in the user's words; chosen by the error's code. */
  message: string;
  /** Id under which the log has the cause. */
  incident?: string | null;
  onRetry?: () => void;
}

/** An error where it happened, with the way on. */
export function ErrorPanel({ message, incident, onRetry }: Props) {
  const texts = useSharedTexts();
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={message}
      description={
        incident ? <Typography.Text type="secondary" className="selectable">{texts.incident(incident)}</Typography.Text> : undefined
      }
      action={onRetry && <Button onClick={onRetry}>{texts.retry}</Button>}
    />
  );
}
