// One paste of a chat line or a card ("张三 13800000000 杭州市西湖区文三路 1 号") fills several fields.

export interface PastedParts {
  name?: string;
  phone?: string;
  address?: string;
}

const LABELS = /(联系人|收件人|收货人|姓名|名字|手机号码|手机号|手机|电话号码|联系电话|电话|联系地址|详细地址|地址|name|mobile|phone|tel|address)\s*[:：]\s*/gi;
const MOBILE = /(?:\+?86[-\s]?)?(1[3-9]\d(?:[-\s]?\d{4}){2})(?!\d)/;
const LANDLINE = /(?<!\d)(0\d{2,3}[-\s]\d{7,8})(?!\d)/;
const ADDRESS_WORD = /[省市区县镇乡村路街巷号弄栋幢室楼]|\b(road|street|avenue|district|city|room|no\.)/i;
const NAME = /^(?:[\p{Script=Han}·•]{2,10}|[A-Za-z][A-Za-z.'-]*(?: [A-Za-z][A-Za-z.'-]*){1,3})$/u;

/**
 * What a pasted text holds; null unless it holds at least two of name, phone and address, so that an ordinary paste
 * stays one.
 */
export function splitPasted(text: string): PastedParts | null {
  const plain = text.normalize("NFKC").replace(LABELS, "\n").trim();
  const parts: PastedParts = {};
  const phone = MOBILE.exec(plain) ?? LANDLINE.exec(plain);
  let rest = plain;
  if (phone?.[1]) {
    parts.phone = phone[1].replace(phone[1].startsWith("0") ? /\s/g : /[-\s]/g, phone[1].startsWith("0") ? "-" : "");
    rest = `${plain.slice(0, phone.index)}\n${plain.slice(phone.index + phone[0].length)}`;
  }
  const pieces = rest.split(/[\n\t,,;;、|]+/).flatMap(piecesOf).map(trimmed).filter((piece) => piece !== "");
  const address = pieces.filter((piece) => ADDRESS_WORD.test(piece) && !isName(piece));
  const name = pieces.find((piece) => isName(piece) && !address.includes(piece));
  if (name) parts.name = name;
  if (address.length > 0) parts.address = address.join(" ");
  return Object.keys(parts).length >= 2 ? parts : null;
}

/** Chinese text is split at spaces when one side is a name; English words belong together. */
function piecesOf(line: string): string[] {
  const words = line.trim().split(/\s+/);
  const first = words[0];
  if (words.length < 2 || first === undefined) return [line];
  if (/^\p{Script=Han}/u.test(first) && isName(first)) return [first, words.slice(1).join(" ")];
  const last = words.at(-1) ?? "";
  return isName(last) && /^\p{Script=Han}/u.test(last) ? [words.slice(0, -1).join(" "), last] : [line];
}

function isName(piece: string): boolean {
  return NAME.test(piece) && !(ADDRESS_WORD.test(piece) && piece.length > 4);
}

function trimmed(piece: string): string {
  return piece.replace(/^[\s:：,.。,]+|[\s:：,。,]+$/g, "");
}
