import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useEffect, useRef } from "react";
import { useLocation, useNavigate } from "react-router";

import { commands } from "../ipc/bindings";
import { keys } from "../ipc/keys";
import { useErrorMessage } from "./errors";

/** Makes a case and opens its form. */
export function useNewCase(): { create: () => void; busy: boolean } {
  const navigate = useNavigate();
  const { key: place } = useLocation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const errorMessage = useErrorMessage();
  // `busy` comes a paint too late for the second of two fast clicks; one visit to a page begins one case.
  const started = useRef(false);
  useEffect(() => {
    started.current = false;
  }, [place]);
  const { mutate, isPending } = useMutation({
    mutationFn: commands.caseCreate,
    onSuccess: (view) => {
      client.setQueryData(keys.case(view.case_id), view);
      void navigate(`/cases/${view.case_id}/edit`);
    },
    onError: (thrown) => {
      started.current = false;
      void message.error(errorMessage(thrown));
    },
  });
  const create = () => {
    if (started.current) return;
    started.current = true;
    mutate();
  };
  return { create, busy: isPending };
}
