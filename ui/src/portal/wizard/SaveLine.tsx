import { Button, Typography } from "antd";

import { useSaveState, useWizard } from "./draft/context";
import { useTexts } from "./texts";
import { useErrorMessage } from "../errors";

/** Whether what is on screen is stored, and since when. */
export function SaveLine() {
  const texts = useTexts();
  const errorText = useErrorMessage();
  const { draft } = useWizard();
  const state = useSaveState();
  switch (state.kind) {
    case "saved":
      return <Typography.Text type="secondary" role="status">{texts.wizard.saved(clock(state.atMs))}</Typography.Text>;
    case "unsaved":
      return <Typography.Text type="secondary" role="status">{texts.wizard.unsaved}</Typography.Text>;
    case "saving":
      return <Typography.Text type="secondary" role="status">{texts.wizard.saving}</Typography.Text>;
    case "failed":
      return (
        <span role="alert">
          <Typography.Text type="danger">{texts.wizard.failed(errorText(state.error))}</Typography.Text>
          <Button type="link" size="small" onClick={() => void draft.flush()}>
            {texts.wizard.retry}
          </Button>
        </span>
      );
  }
}

/** Hours, minutes and seconds, as the user's clock shows them. */
function clock(atMs: number): string {
  return new Date(atMs).toLocaleTimeString("en-GB", { hour12: false });
}
