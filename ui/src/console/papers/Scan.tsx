import { useQuery } from "@tanstack/react-query";
import { Typography } from "antd";

import { DelayedSkeleton } from "../../shared/components/Delayed";
import { PhotoViewer } from "../../shared/components/PhotoViewer";
import { useAddress } from "../../shared/useAddress";
import { readPhoto } from "../api";
import type { ScanOfPage } from "../apiTypes";
import styles from "../case/case.module.css";
import { ErrorOf } from "../ErrorOf";

interface Props {
  scan: ScanOfPage;
  name: string;
}

/** Bytes never change under their digest. */
function useScan({ sha, media_type }: ScanOfPage) {
  return useQuery({
    queryKey: ["blob", sha],
    queryFn: () => readPhoto(null, sha, media_type),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
}

/** A page, to be read closely. */
export function ScanStage({ scan, name }: Props) {
  const blob = useScan(scan);
  const address = useAddress(blob.data);
  return (
    <>
      <Typography.Text strong>{name}</Typography.Text>
      <div className={styles.stage}>
        {blob.isError && <ErrorOf error={blob.error} onRetry={() => void blob.refetch()} />}
        {!blob.isError && address === null && <DelayedSkeleton rows={6} />}
        {address !== null && <PhotoViewer src={address} name={name} />}
      </div>
    </>
  );
}

/** A page, small. */
export function ScanThumb({ scan, name, current, onShow }: Props & { current: boolean; onShow: () => void }) {
  const { data } = useScan(scan);
  const address = useAddress(data);
  return (
    <button
      type="button"
      className={`${styles.thumb ?? ""} ${current ? (styles.thumbCurrent ?? "") : ""}`}
      aria-label={name}
      aria-current={current}
      title={name}
      onClick={onShow}
    >
      {address && <img src={address} alt="" />}
    </button>
  );
}
