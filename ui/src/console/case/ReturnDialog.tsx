import { Form, Modal, Radio, Typography } from "antd";
import { useState } from "react";

import type { ReturnReason } from "../../ipc/bindings";
import { Words } from "../../shared/components/Words";
import { isTooLong } from "../../shared/words";
import type { Writing } from "../desk/desk";
import { usePapers } from "../desk/DeskProvider";
import { useConsoleTexts } from "../texts";
import styles from "./case.module.css";
import { slotOf } from "./photos";
import { reasonsFor } from "./reasons";
import { useReview } from "./review";

/** Most characters of a reviewer's words (the backend's limit). */
export const MAX_WORDS = 1000;

/** Why one place is returned. What is typed lies on the desk, so that a lost session loses nothing. */
export function ReturnDialog({ writing }: { writing: Writing }) {
  const texts = useConsoleTexts();
  const { view, names, sections, photos, label } = useReview();
  const [papers, act] = usePapers(view.case_id);
  const [tried, setTried] = useState(false);

  const { pointer, reason, text } = writing;
  const listed = papers.items.some((item) => item.pointer === pointer);
  const present = photos.some((photo) => photo.pointer.startsWith(pointer));
  const line = sections.flatMap(({ lines }) => lines).find((each) => each.pointer === pointer);
  const reasonMissing = reason === null;
  const wordsMissing = reason === "other" && text.trim() === "";
  const change = (next: Partial<Writing>) => act({ act: "change", writing: { ...writing, ...next } });
  const keep = () => {
    setTried(true);
    if (reason === null || wordsMissing || isTooLong(text, MAX_WORDS)) return;
    act({ act: "keep", item: { pointer, reason, text: text.trim() } });
  };

  return (
    <Modal
      open
      title={texts.returning.dialog(label(pointer))}
      okText={listed ? texts.returning.save : texts.returning.add}
      cancelText={texts.cancel}
      onOk={keep}
      onCancel={() => act({ act: "drop_writing" })}
      width={560}
      centered
      // A stray click must not throw away what was typed.
      mask={{ closable: false }}
    >
      {slotOf(pointer) === null && (
        <p className={styles.quoted}>
          <Typography.Text type="secondary">{texts.returning.value}</Typography.Text>{" "}
          <span className="selectable">{line?.text || texts.case.empty}</span>
        </p>
      )}
      <Form
        layout="vertical"
        requiredMark={false}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) keep();
        }}
      >
        <Form.Item
          label={texts.returning.reason}
          {...(tried && reasonMissing && { validateStatus: "error" as const, help: texts.returning.reasonRequired })}
        >
          <Radio.Group
            className={styles.reasons ?? ""}
            aria-label={texts.returning.reason}
            value={reason}
            onChange={(event) => change({ reason: event.target.value as ReturnReason })}
          >
            {reasonsFor(pointer, present).map((each, index) => (
              <Radio key={each} value={each} autoFocus={reason === null ? index === 0 : each === reason}>
                {names.texts.returnReasons[each]}
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
        <Form.Item
          label={texts.returning.words}
          htmlFor="return-words"
          {...(tried && wordsMissing && { validateStatus: "error" as const, help: texts.returning.wordsRequired })}
        >
          <Words
            id="return-words"
            placeholder={texts.returning.wordsHint}
            rows={3}
            max={MAX_WORDS}
            value={text}
            onChange={(event) => change({ text: event.target.value })}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
