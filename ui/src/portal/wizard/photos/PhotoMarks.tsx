import { theme } from "antd";

import type { Attachment, PhotoView } from "../../../ipc/bindings";

interface Props {
  photo: Pick<Attachment, "width_px" | "height_px">;
  view: Pick<PhotoView, "outline" | "verdicts">;
  className?: string;
}

/** Where the document was found and what the quality check points at, to be laid over the whole photo. */
export function PhotoMarks({ photo: { width_px, height_px }, view: { outline, verdicts }, className }: Props) {
  const { token } = theme.useToken();
  const regions = verdicts.flatMap(({ code, region, blocking }) => (region ? [{ code, blocking, ...region }] : []));
  if (!outline && regions.length === 0) return null;
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
    </svg>
  );
}
