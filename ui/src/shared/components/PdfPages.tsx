import { DownOutlined, UpOutlined, ZoomInOutlined, ZoomOutOutlined } from "@ant-design/icons";
import { Button, Space } from "antd";
import { type RefObject, useEffect, useRef, useState } from "react";

import { useSharedTexts } from "../texts";
import { ErrorPanel } from "./ErrorPanel";
import { openPdf, type PDFDocumentProxy } from "./pdf";
import styles from "./pdf.module.css";
import { useSeenPages } from "./useSeenPages";

/** CSS pixels per point at 100 %. */
const SCALE = 96 / 72;
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2];
/** Left and right of a page, in CSS pixels: pdf.module.css. */
const EDGES_PX = 24;

interface Props {
  bytes: ArrayBuffer;
  name: string;
  /** A page stands before the reader: told again each second that it does. */
  onSeen?: (page: number) => void;
}

export default function PdfPages({ bytes, name, onSeen }: Props) {
  const texts = useSharedTexts().pdf;
  const [opened, setOpened] = useState<PDFDocumentProxy | "failed" | null>(null);
  // Until somebody zooms, a page is as wide as there is room, and at most as on paper.
  const [chosen, setChosen] = useState<number | null>(null);
  const [fit, setFit] = useState(1);
  const zoom = chosen ?? fit;
  const pages = useRef<HTMLElement>(null);

  useEffect(() => {
    let left = false;
    const task = openPdf(bytes);
    const open = async () => {
      const document = await task.promise;
      const [first, room_px] = [await document.getPage(1), pages.current?.clientWidth ?? 0];
      if (left) return;
      const width_px = first.getViewport({ scale: SCALE }).width;
      if (room_px > EDGES_PX) setFit(Math.min(1, (room_px - EDGES_PX) / width_px));
      setOpened(document);
    };
    open().catch(() => !left && setOpened("failed"));
    return () => {
      left = true;
      void task.destroy();
    };
  }, [bytes]);

  useSeenPages(pages, opened === null || opened === "failed" ? 0 : opened.numPages, onSeen);

  if (opened === "failed") return <ErrorPanel message={texts.failed} />;
  const count = opened?.numPages ?? 0;
  return (
    <section ref={pages} className={styles.pages} aria-label={texts.label(name)} tabIndex={0}>
      <Space.Compact className={styles.tools}>
        {count > 1 && <PageSteps pages={pages} count={count} />}
        <Button
          aria-label={texts.zoomOut}
          icon={<ZoomOutOutlined aria-hidden />}
          disabled={zoom <= (ZOOMS[0] ?? 0)}
          onClick={() => setChosen(ZOOMS.findLast((step) => step < zoom) ?? zoom)}
        />
        <Button
          aria-label={texts.zoomIn}
          icon={<ZoomInOutlined aria-hidden />}
          disabled={zoom >= (ZOOMS.at(-1) ?? 0)}
          onClick={() => setChosen(ZOOMS.find((step) => step > zoom) ?? zoom)}
        />
      </Space.Compact>
      {opened &&
        Array.from({ length: count }, (_, index) => (
          <Page
            key={index}
            document={opened}
            number={index + 1}
            scale={SCALE * zoom}
            label={texts.page(index + 1, count)}
          />
        ))}
    </section>
  );
}

/** To the page before and the page after the one that is read now, wherever the scrolling happens. */
function PageSteps({ pages, count }: { pages: RefObject<HTMLElement | null>; count: number }) {
  const texts = useSharedTexts().pdf;
  const [at, setAt] = useState(0);
  useEffect(() => {
    const shown = new Map<Element, number>();
    const canvases = [...(pages.current?.querySelectorAll("canvas") ?? [])];
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, intersectionRect } of entries) shown.set(target, intersectionRect.height);
        const heights = canvases.map((canvas) => shown.get(canvas) ?? 0);
        setAt(heights.indexOf(Math.max(...heights)));
      },
      { threshold: [0, 0.25, 0.5, 0.75, 1] },
    );
    for (const canvas of canvases) observer.observe(canvas);
    return () => observer.disconnect();
  }, [pages, count]);
  const go = (index: number) => pages.current?.querySelectorAll("canvas")[index]?.scrollIntoView({ block: "start" });
  return (
    <>
      <Button aria-label={texts.previous} icon={<UpOutlined aria-hidden />} disabled={at === 0} onClick={() => go(at - 1)} />
      <Space.Addon>{texts.position(at + 1, count)}</Space.Addon>
      <Button
        aria-label={texts.next}
        icon={<DownOutlined aria-hidden />}
        disabled={at === count - 1}
        onClick={() => go(at + 1)}
      />
    </>
  );
}

interface PageProps {
  document: PDFDocumentProxy;
  number: number;
  scale: number;
  label: string;
}

function Page({ document, number, scale, label }: PageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let left = false;
    let stop = () => {};
    void document.getPage(number).then((page) => {
      if (left || !canvas.current) return;
      const sharp = window.devicePixelRatio || 1;
      const viewport = page.getViewport({ scale: scale * sharp });
      const element = canvas.current;
      element.width = Math.floor(viewport.width);
      element.height = Math.floor(viewport.height);
      element.style.width = `${viewport.width / sharp}px`;
      const task = page.render({ canvas: element, viewport });
      stop = () => task.cancel();
      // Cancelling rejects; there is nobody left to tell.
      task.promise.catch(() => undefined);
    });
    return () => {
      left = true;
      stop();
    };
  }, [document, number, scale]);
  return <canvas ref={canvas} className={styles.page} role="img" aria-label={label} />;
}
