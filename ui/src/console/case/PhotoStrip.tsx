import { FilePdfOutlined } from "@ant-design/icons";
import { useEffect, useRef } from "react";

import { useAddress } from "../../shared/useAddress";
import { useConsoleTexts } from "../texts";
import styles from "./case.module.css";
import type { ReviewPhoto } from "./photos";
import { useReview } from "./review";
import { useBlob } from "./useBlob";

interface Props {
  at: number;
  onShow: (pointer: string) => void;
}

/** All photos, small. */
export function PhotoStrip({ at, onShow }: Props) {
  const { photos } = useReview();
  return (
    <div className={styles.strip}>
      {photos.map((photo, index) => (
        <Thumb key={photo.pointer} photo={photo} current={index === at} onShow={onShow} />
      ))}
    </div>
  );
}

interface ThumbProps {
  photo: ReviewPhoto;
  current: boolean;
  onShow: (pointer: string) => void;
}

function Thumb({ photo: { pointer, photo, change }, current, onShow }: ThumbProps) {
  const texts = useConsoleTexts();
  const { label } = useReview();
  const { data } = useBlob(photo);
  const address = useAddress(data);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (current) button.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [current]);
  const name = label(pointer);
  return (
    <button
      ref={button}
      type="button"
      className={`${styles.thumb ?? ""} ${current ? (styles.thumbCurrent ?? "") : ""} ${change === "same" ? "" : (styles.thumbChanged ?? "")}`}
      aria-label={texts.photos.thumb(name)}
      aria-current={current}
      title={name}
      onClick={() => onShow(pointer)}
    >
      {photo.media_type === "application/pdf" ? <FilePdfOutlined /> : address && <img src={address} alt="" />}
    </button>
  );
}
