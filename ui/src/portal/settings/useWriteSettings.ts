import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";

import { commands, type Settings } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";
import { useErrorMessage } from "../errors";

/** Changes settings at once, and puts them back should that fail. */
export function useWriteSettings(settings: Settings): (change: Partial<Settings>) => void {
  const client = useQueryClient();
  const { message } = App.useApp();
  const errorMessage = useErrorMessage();
  const { mutate } = useMutation({
    mutationFn: commands.settingsWrite,
    onMutate: (next) => client.setQueryData(keys.settings, next),
    onSuccess: (written) => client.setQueryData(keys.settings, written),
    onError: (thrown) => {
      void client.invalidateQueries({ queryKey: keys.settings });
      void message.error(errorMessage(thrown));
    },
  });
  return (change) => mutate({ ...settings, ...change });
}
