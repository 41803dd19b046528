import { Button } from "antd";

import { usePapers } from "../desk/DeskProvider";
import { useConsoleTexts } from "../texts";
import { useReview } from "./review";

interface Props {
  pointer: string;
  label: string;
  /** In a list of places, the keys J and K go from one to the next. */
  inList?: boolean;
}

/** Begins an item of the return, or opens the one that is listed. Nothing where nothing can be decided. */
export function ReturnButton({ pointer, label, inList = true }: Props) {
  const texts = useConsoleTexts().case;
  const { view, mayDecide } = useReview();
  const [papers, act] = usePapers(view.case_id);
  if (!mayDecide) return null;
  const [begin, edit] = inList ? [texts.returnOf, texts.editListed] : [texts.returnShown, texts.editShown];
  const listed = papers.items.some((item) => item.pointer === pointer);
  return (
    <Button
      size="small"
      type={listed ? "primary" : "link"}
      danger={listed}
      ghost={listed}
      {...(inList && { "data-place": pointer })}
      aria-label={listed ? edit(label) : begin(label)}
      onClick={() => act({ act: "write", pointer })}
    >
      {listed ? texts.listed : texts.returnShort}
    </Button>
  );
}
