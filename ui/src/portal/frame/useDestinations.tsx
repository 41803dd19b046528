import { useQuery } from "@tanstack/react-query";
import { App, Typography } from "antd";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";

import { commands } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";
import { StatusTag } from "../../shared/components/StatusTag";
import { useSharedTexts } from "../../shared/texts";
import { casePath } from "../casePath";
import { useErrorMessage } from "../errors";
import { useSessionAccess } from "../session/context";
import { usePortalTexts } from "../texts";
import { useNewCase } from "../useNewCase";

export interface Destination {
  key: string;
  label: string;
  note: ReactNode;
  go: () => void;
}

const MOST_CASES = 8;

/** Screens, actions and cases that match `text`. */
export function useDestinations(text: string): Destination[] {
  const shared = useSharedTexts();
  const all = usePortalTexts();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const errorMessage = useErrorMessage();
  const { session, setSession } = useSessionAccess();
  const { create } = useNewCase();
  const query = { text, status: null, sort: "updated", limit: MOST_CASES } as const;
  const { data: page } = useQuery({
    queryKey: [...keys.caseList(query), "palette"],
    queryFn: () => commands.caseList({ ...query, after: null }),
    enabled: text !== "",
    placeholderData: (before) => before,
  });

  const failed = (thrown: unknown) => void message.error(errorMessage(thrown));
  const screen = (to: string, label: string): Destination => ({
    key: to,
    label,
    note: null,
    go: () => void navigate(to),
  });
  const fixed: Destination[] = [
    { key: "new", label: all.palette.newCase, note: null, go: create },
    screen("/", all.nav.workbench),
    screen("/cases", all.nav.cases),
    screen("/sync", all.nav.sync),
    screen("/settings", all.nav.settings),
    {
      key: "send",
      label: all.palette.sendNow,
      note: null,
      go: () => void commands.outboxSendNow().then(() => navigate("/sync"), failed),
    },
    ...(session.phase === "open"
      ? [
          {
            key: "lock",
            label: all.palette.lock,
            note: null,
            go: () => void commands.sessionLock().then(setSession, failed),
          },
        ]
      : [screen("/sign-in", all.frame.signIn)]),
  ];
  const wanted = text.toLowerCase();
  const cases = text === "" ? [] : (page?.cases ?? []);
  return [
    ...cases.map((line) => ({
      key: line.case_id,
      label: line.name || shared.unnamed,
      note: (
        <span>
          {line.receipt_number && <Typography.Text type="secondary">{line.receipt_number} </Typography.Text>}
          <StatusTag status={line.status} />
        </span>
      ),
      go: () => void navigate(casePath(line)),
    })),
    ...fixed.filter((destination) => destination.label.toLowerCase().includes(wanted)),
  ];
}
