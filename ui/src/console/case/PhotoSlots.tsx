import { PlusOutlined } from "@ant-design/icons";
import { Button, Dropdown, Tag, Typography } from "antd";

import { isWithin } from "../../portal/wizard/draft/pointer";
import { problemText, slotName } from "../../portal/wizard/texts/problem";
import { usePapers } from "../desk/DeskProvider";
import { useConsoleTexts } from "../texts";
import styles from "./case.module.css";
import { ReturnButton } from "./ReturnButton";
import { useReview } from "./review";

interface Props {
  shown: string | null;
  onFollow: (pointer: string) => void;
  onlyChanges: boolean;
}

/** The photos as places that can be returned, and those that can be asked for. */
export function PhotoSlots({ shown, onFollow, onlyChanges }: Props) {
  const texts = useConsoleTexts();
  const { view, names, photos, emptied, missing, mayDecide, label } = useReview();
  const [, act] = usePapers(view.case_id);
  const wanted = onlyChanges ? photos.filter(({ change }) => change !== "same") : photos;
  const slotText = (slot: string) => slotName(names.texts, names.profile, slot);
  const problemsAt = (pointer: string) =>
    view.problems.filter((problem) => isWithin(pointer, problem.pointer) || isWithin(problem.pointer, pointer));
  return (
    <section className={styles.section} aria-labelledby="section-photos">
      <div className={styles.sectionHead}>
        <Typography.Title level={2} id="section-photos" className={styles.sectionName}>
          {texts.photos.heading}
        </Typography.Title>
        {mayDecide && missing.length > 0 && (
          <Dropdown
            trigger={["click"]}
            menu={{
              items: missing.map((slot) => ({ key: slot, label: slotText(slot) })),
              onClick: ({ key }) => act({ act: "write", pointer: `/attachments/${key}` }),
              style: { maxHeight: 320, overflowY: "auto" },
            }}
          >
            <Button size="small" type="text" icon={<PlusOutlined aria-hidden />}>
              {texts.photos.missing}
            </Button>
          </Dropdown>
        )}
      </div>
      {photos.length === 0 && <Typography.Text type="secondary">{texts.photos.none}</Typography.Text>}
      {wanted.map(({ pointer, change }) => (
        <div
          key={pointer}
          className={`${styles.row ?? ""} ${styles.photoRow ?? ""} ${change === "same" ? "" : (styles.changed ?? "")}`}
          onFocus={() => onFollow(pointer)}
        >
          <div className={styles.value}>
            <button
              type="button"
              className={styles.textButton}
              aria-label={texts.photos.show(label(pointer))}
              aria-pressed={shown === pointer}
              onClick={() => onFollow(pointer)}
            >
              {label(pointer)}
            </button>{" "}
            {change !== "same" && <Tag color="gold">{texts.photos[change]}</Tag>}
            {problemsAt(pointer).map((problem) => (
              <div key={problem.code} className={styles.problem}>
                {problemText(names.texts, names.profile, problem)}
              </div>
            ))}
          </div>
          <ReturnButton pointer={pointer} label={label(pointer)} />
        </div>
      ))}
      {emptied.map((slot) => (
        <div key={slot} className={`${styles.row ?? ""} ${styles.photoRow ?? ""} ${styles.changed ?? ""}`}>
          <div className={styles.value}>
            {slotText(slot)} <Tag color="gold">{texts.photos.removed}</Tag>
          </div>
        </div>
      ))}
    </section>
  );
}
