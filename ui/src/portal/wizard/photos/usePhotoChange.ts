import { App } from "antd";
import { useState } from "react";

import { type Attachment, type CaseView, commands } from "../../../ipc/bindings";
import { useErrorMessage } from "../../errors";
import { useWizard } from "../draft/context";

export interface PhotoChange {
  isBusy: boolean;
  /** They answer whether it was done; why not is said to the user. */
  remove: (photo: Attachment) => Promise<boolean>;
  /** By `quarters` times 90° clockwise. */
  turn: (photo: Attachment, quarters?: number) => Promise<boolean>;
  /** Says why a doubtful photo is used; answers as the others. */
  keep: (photo: Attachment, reason: string) => Promise<boolean>;
}

/** What can be done with a photo that is there. One thing at a time. */
export function usePhotoChange(): PhotoChange {
  const errorText = useErrorMessage();
  const { message } = App.useApp();
  const { draft } = useWizard();
  const [isBusy, setBusy] = useState(false);
  const run = async (command: (caseId: string) => Promise<CaseView>): Promise<boolean> => {
    setBusy(true);
    try {
      await draft.change(() => command(draft.view().case_id));
      return true;
    } catch (reason) {
      void message.error(errorText(reason));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return {
    isBusy,
    remove: (photo) => run((caseId) => commands.photoRemove(caseId, photo.photo_id)),
    keep: (photo, reason) => run((caseId) => commands.photoKeep(caseId, photo.photo_id, reason)),
    turn: (photo, quarters = 1) => run((caseId) => commands.photoTurn(caseId, photo.photo_id, quarters)),
  };
}
