import { FolderOpenOutlined, PauseCircleOutlined, PictureOutlined, ScanOutlined } from "@ant-design/icons";
import { App, Button, theme, Typography } from "antd";

import { commands } from "../../../../ipc/bindings";
import { useErrorMessage } from "../../../errors";
import { useTexts } from "../../texts";
import wizard from "../../wizard.module.css";
import { handed, NOTHING } from "../handover";
import { PICTURES } from "../slots";
import { ScannerStatus } from "./ScannerStatus";
import styles from "./sorting.module.css";
import { useScanner } from "./useScanner";
import { useSorting } from "./useSorting";

/** The ways in for many pictures at once. */
export function SortingBar({ isOver }: { isOver: boolean }) {
  const texts = useTexts().sorting;
  const errorText = useErrorMessage();
  const { message } = App.useApp();
  const { token } = theme.useToken();
  const sorting = useSorting();
  const scanner = useScanner();
  const isWatching = scanner.view?.watching === true;
  const chooseFolder = async () => {
    try {
      const folder = await commands.folderChoose(NOTHING, {});
      if (!folder) return;
      if (folder.files === null) void message.error(texts.tooMany);
      else if (folder.files.length === 0) void message.info(texts.emptyFolder(folder.name));
      else sorting.add(folder.files.map(handed));
    } catch (reason) {
      void message.error(errorText(reason));
    }
  };
  return (
    <div
      role="group"
      aria-label={texts.hint}
      className={styles.bar}
      style={{
        borderColor: isOver ? token.colorPrimary : token.colorBorder,
        background: isOver ? token.colorPrimaryBg : undefined,
      }}
    >
      <Typography.Text type="secondary" className={styles.hint}>
        {isOver ? texts.drop : texts.hint}
      </Typography.Text>
      <div className={styles.ways}>
        <span className={styles.files}>
          <Button icon={<PictureOutlined aria-hidden />} aria-hidden tabIndex={-1}>
            {texts.files}
          </Button>
          {/* The input itself lies over its picture, as in every slot. */}
          <input
            type="file"
            accept={PICTURES}
            multiple
            className={wizard.fileInput}
            aria-label={texts.files}
            title={texts.files}
            onChange={(event) => {
              sorting.add([...(event.target.files ?? [])]);
              event.target.value = "";
            }}
          />
        </span>
        <Button icon={<FolderOpenOutlined aria-hidden />} onClick={() => void chooseFolder()}>
          {texts.folder}
        </Button>
        <Button
          icon={isWatching ? <PauseCircleOutlined aria-hidden /> : <ScanOutlined aria-hidden />}
          loading={scanner.isStarting}
          onClick={isWatching ? scanner.stop : scanner.start}
        >
          {isWatching ? texts.scannerStop : texts.scanner}
        </Button>
      </div>
      {scanner.view && <ScannerStatus view={scanner.view} onOther={scanner.choose} />}
    </div>
  );
}
