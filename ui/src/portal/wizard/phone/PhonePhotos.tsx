import type { PhoneView } from "../../../ipc/bindings";
import { useCaseView } from "../draft/context";
import { PhotoImage } from "../photos/PhotoImage";
import { Verdicts } from "../photos/Verdicts";
import { useTexts } from "../texts";
import styles from "./phone.module.css";

/** What came from the phone, with what the computer says of it. */
export function PhonePhotos({ view }: { view: PhoneView }) {
  const texts = useTexts();
  const { photos } = useCaseView();
  const came = view.photos.flatMap((id) => photos.filter((photo) => photo.photo_id === id));
  if (came.length === 0) return null;
  return (
    <ul className={styles.photos} aria-label={texts.phone.receivedList}>
      {came.map((photo) => (
        <li key={photo.photo_id} className={styles.photo}>
          <PhotoImage photoId={photo.photo_id} side={240} alt="" className={styles.picture} />
          <div className={styles.verdicts}>
            <Verdicts verdicts={photo.verdicts} />
          </div>
        </li>
      ))}
    </ul>
  );
}
