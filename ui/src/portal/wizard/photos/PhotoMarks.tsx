import { theme } from "antd";

import type { Attachment, PhotoArea, PhotoView } from "../../../ipc/bindings";

/** Between the letters and the line around them, as a share of the photo. */
const ROOM = 0.004;

interface Props {
  photo: Pick<Attachment, "width_px" | "height_px">;
  view: Pick<PhotoView, "outline" | "verdicts">;
  /** Where it says something else than the form. */
  differences?: readonly PhotoArea[];
  className?: string;
}

/** Where the document was found, and what the quality check and the form point at, to be laid over the whole photo. */
export function PhotoMarks({ photo: { width_px, height_px }, view: { outline, verdicts }, differences = [], className }: Props) {
  const { token } = theme.useToken();
  const regions = verdicts.flatMap(({ code, region, blocking }) => (region ? [{ code, blocking, ...region }] : []));
  if (!outline && regions.length === 0 && differences.length === 0) return null;
  const line = { fill: "none", strokeWidth: 2, vectorEffect: "non-scaling-stroke" } as const;
  return (
    // Scaled as `object-fit: contain` scales the picture below it.
    <svg className={className} viewBox={`0 0 ${String(width_px)} ${String(height_px)}`} aria-hidden>
      {outline && (
        <polygon
          {...line}
          points={outline.map(({ x, y }) => `${String(x)},${String(y)}`).join(" ")}
          stroke={verdicts.length === 0 ? token.colorSuccess : token.colorPrimary}
        />
      )}
      {regions.map(({ code, blocking, ...rect }) => (
        <rect
          key={code}
          {...line}
          {...rect}
          strokeDasharray="5 3"
          stroke={blocking ? token.colorError : token.colorWarning}
        />
      ))}
      {differences.map(({ left, top, width, height }) => (
        <rect
          key={`${String(left)} ${String(top)}`}
          {...line}
          x={(left - ROOM) * width_px}
          y={(top - ROOM) * height_px}
          width={(width + 2 * ROOM) * width_px}
          height={(height + 2 * ROOM) * height_px}
          stroke={token.colorError}
        />
      ))}
    </svg>
  );
}
