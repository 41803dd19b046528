import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useNavigate } from "react-router";

import { commands } from "../ipc/bindings";
import { keys } from "../ipc/keys";
import { useErrorMessage } from "./errors";

/** Makes a case and opens its form. */
export function useNewCase(): { create: () => void; busy: boolean } {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message } = App.useApp();
  const errorMessage = useErrorMessage();
  const { mutate, isPending } = useMutation({
    mutationFn: commands.caseCreate,
    onSuccess: (view) => {
      client.setQueryData(keys.case(view.case_id), view);
      void navigate(`/cases/${view.case_id}/edit`);
    },
    onError: (thrown) => void message.error(errorMessage(thrown)),
  });
  return { create: () => mutate(), busy: isPending };
}
