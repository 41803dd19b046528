import { Alert, Button } from "antd";

import { ErrorOf } from "../ErrorOf";
import { useConsoleTexts } from "../texts";

interface Props {
  change: { error: unknown; movedOn: boolean; reset: () => void };
  /** What it means that the case moved on. */
  movedOn: string;
  onReload: () => Promise<unknown>;
}

/** Why a change was not made; a case that moved on can be read again. */
export function Refusal({ change, movedOn, onReload }: Props) {
  const texts = useConsoleTexts();
  if (!change.movedOn) return <ErrorOf error={change.error} />;
  const reload = async () => {
    await onReload();
    change.reset();
  };
  return (
    <Alert
      role="alert"
      type="warning"
      showIcon
      title={movedOn}
      action={<Button onClick={() => void reload()}>{texts.conflict.reload}</Button>}
    />
  );
}
