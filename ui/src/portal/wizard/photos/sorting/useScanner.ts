import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useEffect, useRef, useState } from "react";

import { commands, type HandedFile, type ScannerView } from "../../../../ipc/bindings";
import { keys } from "../../../../ipc/keys";
import { useErrorMessage } from "../../../errors";
import { useScannerView } from "../../../queries";
import { useWizard } from "../../draft/context";
import { NOTHING, scanned } from "../handover";
import { useSorting } from "./useSorting";

export interface Scanner {
  /** None before it was started, and once it was stopped. */
  view: ScannerView | null;
  isStarting: boolean;
  /** With the folder of the last time, or the one that is chosen now. */
  start: () => void;
  choose: () => void;
  stop: () => void;
}

const NONE: readonly HandedFile[] = [];

/** Watches the scanner's folder, for as long as the component is there: what comes is to be sorted. */
export function useScanner(): Scanner {
  const client = useQueryClient();
  const { draft } = useWizard();
  const { message } = App.useApp();
  const errorText = useErrorMessage();
  const sorting = useSorting();
  const caseId = draft.view().case_id;
  const isThere = useRef(false);
  const [hasStarted, setStarted] = useState(false);
  const starting = useMutation({
    mutationFn: async (folder: "last" | "other") => {
      const known = folder === "last" ? await commands.scannerStart(caseId) : null;
      return known ?? commands.scannerChoose(NOTHING, { "case-id": caseId });
    },
    // Read anew instead of taking the answer, which may be older than what came since.
    onSuccess: () => {
      setStarted(true);
      return client.invalidateQueries({ queryKey: keys.scanner });
    },
    onError: (reason) => void message.error(errorText(reason)),
    onSettled: () => {
      if (!isThere.current) stop();
    },
  });
  const known = useScannerView(hasStarted).data;
  const view = known?.case_id === caseId ? known : null;

  const fed = useRef(-1);
  const files = view?.files ?? NONE;
  useEffect(() => {
    const news = files.filter(({ number }) => number > fed.current);
    if (news.length === 0) return;
    fed.current = Math.max(...news.map(({ number }) => number));
    sorting.add(news.map(scanned));
  }, [files, sorting]);

  useEffect(() => {
    isThere.current = true;
    return () => {
      isThere.current = false;
      stop();
      client.removeQueries({ queryKey: keys.scanner });
    };
  }, [client]);

  return {
    view,
    isStarting: starting.isPending,
    start: () => starting.mutate("last"),
    choose: () => starting.mutate("other"),
    stop,
  };
}

function stop(): void {
  // Nobody is left who could be told.
  commands.scannerStop().catch(() => undefined);
}
