import { Drawer } from "antd";
import { useState } from "react";

import { useTexts } from "../../../portal/wizard/texts";
import { readIssued } from "../../api";
import type { Issued } from "../../apiTypes";
import { usePapers } from "../../desk/DeskProvider";
import { PdfDialog } from "../PdfDialog";
import { useReview } from "../review";
import { StepForm } from "./StepForm";
import { StepList } from "./StepList";
import { useRecording } from "./useRecording";

interface Props {
  open: boolean;
  onReload: () => Promise<unknown>;
  onClose: () => void;
}

/** Leaves some of the case in sight on the smallest screens. */
const WIDTH_PX = 560;
const HEADING = "steps-heading";

/** The steps of the accepted case, or in their place the report of one that is being written. */
export function StepsDrawer({ open, onReload, onClose }: Props) {
  const { documents } = useTexts().case;
  const { view } = useReview();
  const [papers, act] = usePapers(view.case_id);
  const recording = useRecording(view);
  const [reading, setReading] = useState<Issued | null>(null);
  const isWriting = papers.step !== null;
  const close = () => {
    recording.reset();
    onClose();
  };
  return (
    <Drawer
      open={open}
      destroyOnHidden
      size={WIDTH_PX}
      closable={false}
      aria-labelledby={HEADING}
      // A stray click or key must not throw away what was typed.
      mask={{ closable: !isWriting }}
      keyboard={!isWriting}
      onClose={close}
    >
      {papers.step ? (
        <StepForm headingId={HEADING} step={papers.step} correcting={papers.correcting} recording={recording} onReload={onReload} />
      ) : (
        <StepList
          headingId={HEADING}
          recording={recording}
          onWrite={(step, correcting) => {
            // What was refused before isn't about this report.
            recording.reset();
            act({ act: "begin_step", step, correcting });
          }}
          onRead={setReading}
          onReload={onReload}
          onClose={close}
        />
      )}
      {reading && (
        <PdfDialog
          paper={documents[reading.kind]}
          number={reading.number}
          queryKey={["issued", reading.sha]}
          read={() => readIssued(reading.sha)}
          onClose={() => setReading(null)}
        />
      )}
    </Drawer>
  );
}
