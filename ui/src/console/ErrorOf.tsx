import { ErrorPanel } from "../shared/components/ErrorPanel";
import { ApiError } from "./api";
import { useConsoleTexts } from "./texts";

interface Props {
  error: unknown;
  onRetry?: () => void;
}

/** What went wrong with a request, in words. */
export function ErrorOf({ error, onRetry }: Props) {
  const texts = useConsoleTexts();
  const known = error instanceof ApiError;
  return (
    <ErrorPanel
      message={texts.errors[known ? error.code : "internal"]}
      incident={known ? error.incident : null}
      {...(onRetry && { onRetry })}
    />
  );
}
