/** Taking photos with a phone. */
export const phoneZh = {
  take: "用手机拍",
  takeOf: (slot: string) => `用手机拍 ${slot}`,
  title: (slot: string) => `用手机拍：${slot}`,
  code: (slot: string) => `二维码：用手机拍 ${slot}`,
  steps: [
    "手机和这台电脑连同一个 Wi-Fi（或电脑连手机的热点）。不需要互联网。",
    "用手机相机或浏览器扫左边的二维码，打开拍照页。",
    "拍照后照片直接进入这里，手机上会显示是否清晰，可当场重拍，可连续拍。",
  ],
  waiting: "等待手机扫码",
  connected: "手机已连接，等待照片",
  received: (n: number) => `已收到 ${String(n)} 张`,
  receivedList: "手机拍来的照片",
  closes: (time: string) => `${time} 前没有新照片会自动关闭`,
  address: "手机通过哪个网络访问这台电脑",
  addressOf: (network: string, address: string) => `${network} · ${address}`,
  renew: "换一个二维码",
  close: "完成",
  ended: "已停止等待手机。收到的照片已经放好。",
  again: "重新打开",
  trouble: "手机打不开？",
  helpSteps: (port: number) => [
    "确认手机没有在用移动数据，Wi-Fi 与电脑是同一个。有的访客 Wi-Fi 不让设备互相访问：改用手机热点，让电脑连上它，再点“换一个二维码”。",
    "电脑有几个网络时，换一个再试。",
    `系统防火墙询问时，允许“掌柜”访问专用网络。由管理员管理的电脑：放行来自本地网络的 TCP 端口 ${String(port)}。`,
    "还是不行：用数据线把照片拷到电脑，再拖到这里。",
  ],
  safety:
    "照片加密后只传到这台电脑，二维码只能给一部手机用。拍照页本身不加密，能篡改网络数据的人可能换掉它：请用自己的 Wi-Fi 或手机热点，不要用公共 Wi-Fi。",
};
