import type { SuggestionView } from "../../../ipc/bindings";
import { photoAddress } from "../../../ipc/photo";
import { useCaseView } from "../draft/context";
import { useTexts } from "../texts";
import styles from "../wizard.module.css";

/** Space around the place, in shares of its height, so that nothing is cut off where it was found a little beside. */
const MARGIN = 0.35;

/** Print that runs uphill takes a high cutting: it is made narrower, so that the form stays together. */
const HIGHEST_PX = 88;

/** The place of the photo where something was read, enlarged. */
export function SourceLine({ found }: { found: SuggestionView }) {
  const texts = useTexts();
  const view = useCaseView();
  const photo = view.dossier.attachments[found.slot]?.find((each) => each.photo_id === found.photo_id);
  if (!photo || found.place.width === 0 || found.place.height === 0) return null;
  const across = (found.place.height * MARGIN * photo.height_px) / photo.width_px;
  const left = Math.max(0, found.place.left - across);
  const top = Math.max(0, found.place.top - found.place.height * MARGIN);
  const width = Math.min(1 - left, found.place.width + 2 * across);
  const height = Math.min(1 - top, found.place.height * (1 + 2 * MARGIN));
  const ratio = (width * photo.width_px) / (height * photo.height_px);
  return (
    <span
      className={styles.sourceLine}
      style={{ aspectRatio: ratio, maxWidth: `${String(Math.round(HIGHEST_PX * ratio))}px` }}
    >
      <img
        src={photoAddress(found.photo_id, 1200)}
        alt={texts.suggestions.place}
        draggable={false}
        style={{
          width: `${String(100 / width)}%`,
          // In shares of the photo itself, whatever size the cutting has.
          transform: `translate(${String(-100 * left)}%, ${String(-100 * top)}%)`,
        }}
      />
    </span>
  );
}
