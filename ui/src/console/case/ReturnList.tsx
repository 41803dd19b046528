import { CloseOutlined, EditOutlined } from "@ant-design/icons";
import { App, Button, Typography } from "antd";

import { ApiError } from "../api";
import { usePapers } from "../desk/DeskProvider";
import { type ConsoleTexts, useConsoleTexts } from "../texts";
import styles from "./case.module.css";
import { useReview } from "./review";
import type { DecisionMaker } from "./useDecision";

interface Props {
  decision: DecisionMaker;
  onFollow: (pointer: string) => void;
}

/** The chosen items, sent together. */
export function ReturnList({ decision, onFollow }: Props) {
  const texts = useConsoleTexts();
  const { view, names, label } = useReview();
  const [{ items }, act] = usePapers(view.case_id);
  const { message } = App.useApp();

  const send = () =>
    decision.mutate(
      { kind: "return", items: [...items] },
      { onSuccess: () => void message.success(texts.returning.sent(items.length)) },
    );
  return (
    <section className={styles.returning} aria-label={texts.returning.label}>
      <div className={styles.returningHead}>
        <Typography.Text strong>{texts.returning.heading(items.length)}</Typography.Text>
        <Button
          type="primary"
          danger
          disabled={items.length === 0 || decision.isPending}
          loading={decision.isPending && decision.variables.kind === "return"}
          onClick={send}
        >
          {texts.returning.send(items.length)}
        </Button>
      </div>
      {items.length === 0 && <Typography.Text type="secondary">{texts.returning.hint}</Typography.Text>}
      <ul className={styles.items}>
        {items.map((item, index) => {
          const name = label(item.pointer);
          const refused = refusalOf(decision.error, index, texts);
          return (
            <li key={item.pointer} className={styles.item}>
              <button
                type="button"
                className={styles.textButton}
                aria-label={texts.returning.goTo(name)}
                onClick={() => onFollow(item.pointer)}
              >
                {name}
              </button>
              <span className={styles.itemWords} title={item.text}>
                {names.texts.returnReasons[item.reason]}
                {item.text !== "" && ` · ${item.text}`}
                {refused !== null && <span className={styles.problem}> {refused}</span>}
              </span>
              <Button
                size="small"
                type="text"
                icon={<EditOutlined />}
                aria-label={texts.returning.edit(name)}
                disabled={decision.isPending}
                onClick={() => act({ act: "write", pointer: item.pointer })}
              />
              <Button
                size="small"
                type="text"
                icon={<CloseOutlined />}
                aria-label={texts.returning.remove(name)}
                disabled={decision.isPending}
                onClick={() => act({ act: "remove", pointer: item.pointer })}
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** What the backend says of one item (`/items/{n}/…`). */
function refusalOf(error: unknown, index: number, texts: ConsoleTexts): string | null {
  if (!(error instanceof ApiError)) return null;
  const found = error.errors.find(({ pointer }) => pointer.startsWith(`/items/${String(index)}/`));
  if (!found) return null;
  switch (found.code) {
    case "unknown_pointer":
      return texts.returning.unknownPointer;
    case "not_for_photos":
      return texts.returning.notForPhotos;
    case "required":
      return texts.returning.wordsRequired;
    case "too_long":
      return texts.returning.tooLong;
    default:
      return texts.errors.invalid;
  }
}
