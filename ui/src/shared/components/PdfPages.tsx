import { ZoomInOutlined, ZoomOutOutlined } from "@ant-design/icons";
import { Button, Space } from "antd";
import { useEffect, useRef, useState } from "react";

import { useSharedTexts } from "../texts";
import { ErrorPanel } from "./ErrorPanel";
import { openPdf, type PDFDocumentProxy } from "./pdf";
import styles from "./pdf.module.css";

/** CSS pixels per point at 100 %. */
const SCALE = 96 / 72;
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const AT_START = 2;

interface Props {
  bytes: ArrayBuffer;
  name: string;
}

export default function PdfPages({ bytes, name }: Props) {
  const texts = useSharedTexts().pdf;
  const [opened, setOpened] = useState<PDFDocumentProxy | "failed" | null>(null);
  const [zoom, setZoom] = useState(AT_START);

  useEffect(() => {
    let left = false;
    const task = openPdf(bytes);
    task.promise.then(
      (document) => !left && setOpened(document),
      () => !left && setOpened("failed"),
    );
    return () => {
      left = true;
      void task.destroy();
    };
  }, [bytes]);

  if (opened === "failed") return <ErrorPanel message={texts.failed} />;
  const count = opened?.numPages ?? 0;
  return (
    <section className={styles.pages} aria-label={texts.label(name)} tabIndex={0}>
      <Space.Compact className={styles.tools}>
        <Button
          aria-label={texts.zoomOut}
          icon={<ZoomOutOutlined aria-hidden />}
          disabled={zoom === 0}
          onClick={() => setZoom(zoom - 1)}
        />
        <Button
          aria-label={texts.zoomIn}
          icon={<ZoomInOutlined aria-hidden />}
          disabled={zoom === ZOOMS.length - 1}
          onClick={() => setZoom(zoom + 1)}
        />
      </Space.Compact>
      {opened &&
        Array.from({ length: count }, (_, index) => (
          <Page
            key={index}
            document={opened}
            number={index + 1}
            scale={SCALE * (ZOOMS[zoom] ?? 1)}
            label={texts.page(index + 1, count)}
          />
        ))}
    </section>
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
