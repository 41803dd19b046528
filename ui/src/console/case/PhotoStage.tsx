import type { Attachment } from "../../ipc/bindings";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { PdfViewer } from "../../shared/components/PdfViewer";
import { PhotoViewer } from "../../shared/components/PhotoViewer";
import { useAddress } from "../../shared/useAddress";
import { ErrorOf } from "../ErrorOf";
import { useBlob, useBytes } from "./useBlob";

interface Props {
  photo: Attachment;
  name: string;
}

/** A photo or a document, to be read closely. */
export function PhotoStage({ photo, name }: Props) {
  const blob = useBlob(photo);
  const isPdf = photo.media_type === "application/pdf";
  const address = useAddress(isPdf ? undefined : blob.data);
  const bytes = useBytes(isPdf ? blob.data : undefined);
  if (blob.isError) return <ErrorOf error={blob.error} onRetry={() => void blob.refetch()} />;
  if (bytes) return <PdfViewer bytes={bytes} name={name} />;
  if (address !== null) return <PhotoViewer src={address} name={name} />;
  return <DelayedSkeleton rows={6} />;
}
