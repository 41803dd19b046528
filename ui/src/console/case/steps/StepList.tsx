import { CloseOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useEffect, useRef } from "react";

import { useSharedTexts } from "../../../shared/texts";
import type { Issued } from "../../apiTypes";
import type { StepWriting } from "../../desk/desk";
import { useConsoleTexts } from "../../texts";
import { Refusal } from "../Refusal";
import { useReview } from "../review";
import { StepRow } from "./StepRow";
import styles from "./steps.module.css";
import type { Recording } from "./useRecording";

interface Props {
  headingId: string;
  recording: Recording;
  onWrite: (step: StepWriting, correcting: boolean) => void;
  onRead: (paper: Issued) => void;
  onReload: () => Promise<unknown>;
  onClose: () => void;
}

/** How far each step of the case is, and what can be recorded of it. */
export function StepList({ headingId, recording, onWrite, onRead, onReload, onClose }: Props) {
  const texts = useConsoleTexts().steps;
  const { heading: progress } = useSharedTexts().steps;
  const { view } = useReview();
  const { message } = App.useApp();
  const heading = useRef<HTMLHeadingElement>(null);
  // The form that stood here took the keyboard's place with it.
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <div className={styles.top}>
        <h2 ref={heading} id={headingId} tabIndex={-1} className={styles.heading}>
          {texts.heading}
        </h2>
        <Button type="text" icon={<CloseOutlined aria-hidden />} aria-label={texts.close} onClick={onClose} />
      </div>
      {recording.isError && (
        <div className={styles.refusal}>
          <Refusal change={recording} movedOn={texts.conflict} onReload={onReload} />
        </div>
      )}
      <ol className={styles.steps} aria-label={progress}>
        {view.progress.map((line) => (
          <StepRow
            key={line.track}
            line={line}
            busy={recording.isPending}
            onWrite={onWrite}
            onReopen={(track) =>
              recording.mutate(
                { result: "reopened", track },
                { onSuccess: () => void message.success(texts.saved.reopened) },
              )
            }
            onRead={onRead}
          />
        ))}
      </ol>
    </>
  );
}
