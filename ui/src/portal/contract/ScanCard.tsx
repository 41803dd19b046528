import { useQuery } from "@tanstack/react-query";
import { Spin, Typography } from "antd";

import { type CaseId, commands, type ScanView } from "../../ipc/bindings";
import { useAddress } from "../../shared/useAddress";
import { useTexts } from "../wizard/texts";
import styles from "./contract.module.css";
import { FileButton } from "./FileButton";
import { useContractTexts } from "./texts";

const NOTHING = new Uint8Array();

interface Props {
  caseId: CaseId;
  page: number;
  scan: ScanView | undefined;
  isBusy: boolean;
  onFile: (file: File) => void;
}

/** A page of the paper: its scan, what is doubted about it, and another in its place. */
export function ScanCard({ caseId, page, scan, isBusy, onFile }: Props) {
  const texts = useContractTexts().paper;
  const { verdict: said } = useTexts().photos;
  const picture = useQuery({
    queryKey: ["scan", caseId, scan?.sha],
    queryFn: async () => {
      const bytes = await commands.contractScanRead(NOTHING, { "case-id": caseId, page: String(page) });
      return new Blob([bytes], { type: "image/jpeg" });
    },
    enabled: scan !== undefined,
    gcTime: 0,
    staleTime: Infinity,
    structuralSharing: false,
  });
  const address = useAddress(picture.data);
  return (
    <li className={styles.scan}>
      <Spin spinning={isBusy}>
        <div className={styles.scanPicture}>
          {scan && address !== null ? (
            <img src={address} alt={texts.scanOf(page)} />
          ) : (
            <Typography.Text type="secondary">{texts.missing}</Typography.Text>
          )}
        </div>
      </Spin>
      <Typography.Text strong>{texts.page(page)}</Typography.Text>
      {scan?.verdicts.map((verdict) => (
        <Typography.Text key={verdict.code} type="warning">
          {said(verdict).what}
        </Typography.Text>
      ))}
      <FileButton
        label={scan ? texts.replace(page) : texts.choose(page)}
        short={scan ? texts.replaceShort : texts.chooseShort}
        disabled={isBusy}
        onFiles={([file]) => file && onFile(file)}
      />
    </li>
  );
}
