import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Typography } from "antd";
import { useId, useState } from "react";

import { commands } from "../../ipc/bindings";
import { keys } from "../../ipc/keys";
import { useErrorMessage } from "../errors";
import { usePortalTexts } from "../texts";
import { ExportDialog } from "./ExportDialog";
import styles from "./sync.module.css";

const NOTHING = new Uint8Array();

interface Said {
  type: "success" | "warning" | "error";
  text: string;
}

interface Props {
  /** Packages and receipts are an account's: a guest's computer has neither. */
  enrolled: boolean;
  /** Whether there is anything to carry away: if not, no file is asked for. */
  hasWork: boolean;
}

/** Work in a file, for computers without a network: out, handed over, and the receipts back. */
export function Courier({ enrolled, hasWork }: Props) {
  const texts = usePortalTexts().sync.courier;
  const id = useId();
  const client = useQueryClient();
  const errorMessage = useErrorMessage();
  const [said, setSaid] = useState<Said | null>(null);
  const [asking, setAsking] = useState(false);
  const { mutate: run, isPending } = useMutation({
    mutationFn: (step: () => Promise<Said | null>) => step(),
    onMutate: () => setSaid(null),
    onSuccess: (outcome) => setSaid(outcome),
    onError: (thrown) => setSaid({ type: "error", text: errorMessage(thrown) }),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.outbox }),
  });

  const exported = async (pin: string): Promise<void> => {
    setSaid(null);
    const done = await commands.courierExport(new TextEncoder().encode(pin), {});
    setAsking(false);
    if (!done) return;
    const text = texts.exported(done.operations, done.photos);
    setSaid(done.left > 0 ? { type: "warning", text: `${text} ${texts.left(done.left)}` } : { type: "success", text });
    void client.invalidateQueries({ queryKey: keys.outbox });
  };
  const imported = async (): Promise<Said | null> => {
    const done = await commands.courierImport(NOTHING, {});
    return done && { type: done.refused > 0 ? "warning" : "success", text: texts.imported(done.received, done.refused) };
  };
  const taken = async (): Promise<Said | null> => {
    const done = await commands.courierReceipts(NOTHING, {});
    if (!done) return null;
    const text = texts.taken(done.received, done.known);
    const open = texts.open(done.refused, done.waiting);
    return open ? { type: "warning", text: `${text} ${open}` } : { type: "success", text };
  };
  return (
    <section id={id} tabIndex={-1} className={styles.group} aria-label={texts.title}>
      <h2 className={styles.heading}>{texts.title}</h2>
      <Typography.Paragraph type="secondary">{texts.hint}</Typography.Paragraph>
      <div className={styles.courier}>
        <Button disabled={isPending || !enrolled || !hasWork} onClick={() => setAsking(true)}>
          {texts.export}
        </Button>
        <Button disabled={isPending || !enrolled} onClick={() => run(imported)}>
          {texts.import}
        </Button>
        <Button disabled={isPending || !enrolled} onClick={() => run(taken)}>
          {texts.receipts}
        </Button>
      </div>
      {asking && <ExportDialog from={id} onPin={exported} onClose={() => setAsking(false)} />}
      {said && <Alert showIcon role="status" type={said.type} title={said.text} />}
    </section>
  );
}
