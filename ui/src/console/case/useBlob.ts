import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import type { Attachment } from "../../ipc/bindings";
import { readPhoto } from "../api";
import { useReview } from "./review";

/** Bytes never change under their digest. */
export function useBlob({ sha256, media_type }: Attachment) {
  const { awaiting } = useReview();
  return useQuery({
    queryKey: ["blob", sha256],
    queryFn: () => readPhoto(awaiting, sha256, media_type),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
}

/** The same bytes for a reader of documents. */
export function useBytes(blob: Blob | undefined): ArrayBuffer | null {
  const [read, setRead] = useState<{ blob: Blob; bytes: ArrayBuffer } | null>(null);
  useEffect(() => {
    if (!blob) return;
    let left = false;
    void blob.arrayBuffer().then((bytes) => !left && setRead({ blob, bytes }));
    return () => {
      left = true;
    };
  }, [blob]);
  return read !== null && read.blob === blob ? read.bytes : null;
}
