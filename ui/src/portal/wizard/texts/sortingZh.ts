import type { ToldBy } from "../../../ipc/bindings";

export const sortingZh = {
  title: (n: number) => `归位 ${String(n)} 个文件`,
  hint: "把多张照片或整个文件夹拖到这里，自动放到对应的栏目；确认后才保存",
  drop: "松开即可归位",
  files: "选择多张照片",
  folder: "选择文件夹",
  emptyFolder: (name: string) => `文件夹“${name}”里没有文件`,
  working: "正在检查和识别…",
  waiting: "等待检查",
  progress: (done: number, all: number) => `已检查 ${String(done)} / ${String(all)}`,
  slotFor: (file: string) => `${file} 放入`,
  nowhere: "不放入",
  choose: "请选择栏目",
  full: (slot: string) => `${slot}（已满）`,
  toldBy: { picture: "根据照片内容", file_name: "根据文件名，请核对" } satisfies Record<ToldBy, string>,
  untold: "认不出该放哪里，请选择",
  known: (slot: string) => `案件里已有这张照片（${slot}）`,
  cannot: (reason: string) => `不能放入：${reason}`,
  confirm: (n: number) => `放入 ${String(n)} 张`,
  left: (n: number) => `${String(n)} 个文件不放入`,
  cancel: "取消",
};
