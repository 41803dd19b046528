import { type RefObject, useEffect, useRef } from "react";

/** How long a page has to stand there to count as seen. */
const SEEN_MS = 1_000;
/** How much of a page, or of the room there is for it. */
const SHARE = 0.6;

/** Tells of every page that stood before the reader for a moment, once each time it does. */
export function useSeenPages(
  pages: RefObject<HTMLElement | null>,
  count: number,
  onSeen: ((page: number) => void) | undefined,
): void {
  const tell = useRef(onSeen);
  useEffect(() => {
    tell.current = onSeen;
  });
  const isWatched = onSeen !== undefined;
  useEffect(() => {
    if (!isWatched) return;
    const canvases = [...(pages.current?.querySelectorAll("canvas") ?? [])];
    const waiting = new Map<Element, number>();
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, intersectionRatio, intersectionRect, rootBounds } of entries) {
          const room = rootBounds?.height ?? window.innerHeight;
          const isSeen = intersectionRatio >= SHARE || intersectionRect.height >= room * SHARE;
          const timer = waiting.get(target);
          if (isSeen && timer === undefined) {
            const page = canvases.indexOf(target as HTMLCanvasElement) + 1;
            waiting.set(target, window.setInterval(() => tell.current?.(page), SEEN_MS));
          } else if (!isSeen && timer !== undefined) {
            window.clearInterval(timer);
            waiting.delete(target);
          }
        }
      },
      { threshold: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1] },
    );
    for (const canvas of canvases) observer.observe(canvas);
    return () => {
      observer.disconnect();
      for (const timer of waiting.values()) window.clearInterval(timer);
    };
  }, [pages, count, isWatched]);
}
