import type { PhotoPlace, PhotoVerdict, PhotoVerdictCode } from "../../ipc/bindings";

/** What is wrong with a photo, and what helps. */
const verdicts = {
  blurred: { what: "照片模糊，文字可能看不清", fix: "点按屏幕对焦后重拍" },
  shaken: { what: "拍摄时手抖，文字有拖影", fix: "双手拿稳或靠住桌面重拍" },
  too_dark: { what: "照片太暗", fix: "在光线充足处重拍" },
  too_bright: { what: "照片过曝，文字发白", fix: "避开直射光，点按文字处测光后重拍" },
  glare: { what: "有反光，挡住了内容", fix: "关闭闪光灯或换个角度重拍" },
  too_small: { what: "像素太少，放大后看不清", fix: "使用原图，不要用聊天软件压缩过的图" },
  blank: { what: "照片几乎没有内容", fix: "重拍" },
  too_far: { what: "证件在照片中太小", fix: "靠近后重拍，让证件占满画面" },
  cut: { what: "证件没有拍全，边缘在画面外", fix: "后退一点重拍，露出四边" },
  tilted: { what: "拍摄角度太斜", fix: "从证件正上方重拍" },
  greyscale: { what: "照片没有颜色", fix: "关闭黑白或扫描滤镜，用彩色重拍原件" },
  photocopy: { what: "像是黑白复印件", fix: "拍摄彩色原件" },
  screen_photo: { what: "像是翻拍的屏幕", fix: "直接拍摄原件" },
  watermarked: { what: "像是加了水印", fix: "用没有水印的原图；盖在文字上会认不清" },
  screenshot: { what: "像是截屏", fix: "直接拍摄原件" },
  no_document: { what: "没有找到证件的边缘", fix: "确认照片放对了位置；把证件放在深色桌面上重拍" },
  wrong_side: { what: "像是证件的另一面", fix: "换成这一面的照片" },
  wrong_document: { what: "像是另一种照片", fix: "确认照片放对了位置" },
  same_picture: { what: "与本案件的另一张照片相同", fix: "换成应有的照片" },
} satisfies Record<PhotoVerdictCode, { what: string; fix: string }>;

/** Where in the photo. */
const places = {
  upper_left: "左上",
  above: "上方",
  upper_right: "右上",
  left: "左侧",
  middle: "中间",
  right: "右侧",
  lower_left: "左下",
  below: "下方",
  lower_right: "右下",
  everywhere: "大部分画面",
} satisfies Record<PhotoPlace, string>;

/** Says a verdict with its place. */
export type VerdictTexts = (verdict: Pick<PhotoVerdict, "code" | "place">) => { what: string; fix: string };

export const verdictZh: VerdictTexts = ({ code, place }) => {
  const { what, fix } = verdicts[code];
  return { what: place === null ? what : `${what}（${places[place]}）`, fix };
};
