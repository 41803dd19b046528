import type { CameraProblem } from "../camera/useCamera";

/** Taking photos with the computer's own camera. */
export const cameraZh = {
  take: "用摄像头拍",
  takeOf: (slot: string) => `用摄像头拍 ${slot}`,
  title: (slot: string) => `用摄像头拍：${slot}`,
  live: (slot: string) => `摄像头画面：${slot}`,
  still: (slot: string) => `刚拍的照片：${slot}`,
  opening: "正在打开摄像头…",
  hint: "对准并占满画面，画面清晰、没有反光时再拍",
  check: "文字看得清再用，不清楚就重拍",
  taken: (n: number) => `已拍 ${String(n)} 张，可继续拍。检查结果在关闭后显示`,
  camera: "摄像头",
  cameraOf: (n: number) => `摄像头 ${String(n)}`,
  shoot: "拍照",
  use: "使用这张",
  again: "重拍",
  close: "完成",
  tooCoarse: (width: number, height: number) =>
    `这台摄像头的分辨率太低，请用手机拍摄（画面只有 ${String(width)} × ${String(height)} 像素，文字会看不清）`,
  failed: "没有拍成，请再拍一次",
  problems: {
    denied: "没有使用摄像头的权限。请在系统的隐私设置里允许“掌柜”使用摄像头，再重试",
    absent: "找不到摄像头。请检查是否插好、镜头开关是否打开，再重试",
    busy: "摄像头正被别的程序使用。请关闭视频会议等程序，再重试",
    other: "摄像头打不开。请重新插上或换一台摄像头，再重试",
  } satisfies Record<CameraProblem, string>,
  otherWays: "也可以用手机拍，或选择照片文件。",
};
