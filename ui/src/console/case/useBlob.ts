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

/** An address under which the page can show the bytes; null until there is one. */
export function useAddress(blob: Blob | undefined): string | null {
  const [made, setMade] = useState<{ blob: Blob; address: string } | null>(null);
  useEffect(() => {
    if (!blob) return;
    const address = URL.createObjectURL(blob);
    // The address must exist before it is shown, and end when nobody shows it: an effect owns it.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setMade({ blob, address });
    return () => URL.revokeObjectURL(address);
  }, [blob]);
  return made !== null && made.blob === blob ? made.address : null;
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
