import type { Text } from "../../ipc/bindings";
import { zh as shared } from "../../shared/texts/zh";
import { verdictZh } from "../../shared/texts/verdictsZh";

/** What the phone's page says. */
export const zh = {
  title: (slot: string) => `拍摄：${slot}`,
  product: shared.product,
  connecting: "正在连接电脑…",
  take: "拍照",
  takeMore: "再拍一张",
  pick: "从相册选择",
  room: (n: number) => `还可以添加 ${String(n)} 张`,
  leftOut: (n: number) => `所选照片中有 ${String(n)} 张放不下，没有添加。`,
  full: "已经够了。不满意可以重拍",
  photo: (n: number) => `第 ${String(n)} 张`,
  waiting: "等待发送",
  sending: (percent: number) => `正在发送 ${String(percent)}%`,
  checking: "电脑正在检查…",
  good: "清晰，已放入电脑",
  kept: "已放入电脑，但建议重拍",
  notKept: "没有放入电脑",
  retakeOf: (n: number) => `重拍第 ${String(n)} 张`,
  retry: "再发一次",
  retryOf: (n: number) => `再发一次第 ${String(n)} 张`,
  done: "拍完了",
  finished: (n: number) =>
    n === 0 ? "已结束，没有照片放入电脑。可以关闭此页。" : `已结束，可以关闭此页。${String(n)} 张照片在电脑上。`,
  sealed: "照片加密后直接传到旁边的电脑，不经过互联网。请只扫自己电脑上的二维码。",
  failures: {
    no_key: "链接不完整。请重新扫描电脑屏幕上的二维码。",
    unreachable: "连不上电脑。请确认手机和电脑在同一个 Wi-Fi，电脑上的二维码还开着，然后再试。",
    closed: "电脑已不再等待照片。请在电脑上重新打开“用手机拍”，再扫一次二维码。",
    other_phone: "这个二维码已被另一部手机使用。请在电脑上换一个二维码再扫。",
    too_large: "照片文件太大，电脑不接收。",
    busy: "电脑正忙，请稍等再发一次。",
  },
  errors: shared.errors,
  verdict: verdictZh,
  ofText: (text: Text) => text.zh,
};

export type PhoneTexts = typeof zh;
export type FailureCode = keyof PhoneTexts["failures"];
