"use strict";

const VERDICTS = {
  in_effect: ["good", "双方已签署，内容自签署后未被改动。", "Both signed, and nothing was changed since."],
  on_paper: [
    "good",
    "商户签于纸面，收单机构核对扫描件后已签署；文件自此未被改动。",
    "The merchant signed on paper; the acquirer compared the scans and signed. Nothing was changed since.",
  ],
  merchant_only: [
    "open",
    "商户已签署；收单机构尚未签署，合同未生效。",
    "The merchant signed; the acquirer has not, so it has no effect yet.",
  ],
  refused: ["bad", "不能作为有效合同。", "Not to be relied on."],
};
const FAULTS = {
  too_large: ["文件太大，不是合同", "too large for a contract"],
  not_pdf: ["不是 PDF 文件", "not a PDF file"],
  damaged: ["文件不完整或已损坏", "not whole, or damaged"],
  not_signed: ["没有签名", "nobody signed"],
  unknown_revision: ["签名之后又追加了内容", "something was added after the signatures"],
  not_whole_file: ["签名没有覆盖整个文件", "the signature does not cover the whole file"],
  signature_damaged: ["签名数据被改动", "the signature's data was changed"],
  content_changed: ["内容在签名后被改动", "the content was changed after it was signed"],
  signature_wrong: ["签名不是证书持有人所签", "not signed by the certificate's holder"],
  untrusted: ["证书不是这家收单机构签发的", "the certificate is not this acquirer's"],
  stray_certificate: ["夹带了无关的证书", "a certificate that does not belong was added"],
  certificate_expired: ["签署时证书已过期", "a certificate had ended when it was used"],
  certificate_not_permitted: ["证书被用于不允许的用途", "a certificate is used for what it is not for"],
  certificate_wrong: ["证书无法读取或被伪造", "a certificate can't be read, or is forged"],
  wrong_role: ["签署者无权作出这个签名", "the signer may not give this signature"],
  name_differs: ["显示的姓名与证书不一致", "the shown name is not the certificate's"],
  time_stamp_wrong: ["时间戳不是给这份文件的", "the time stamp is for something else"],
  time_stamp_untrusted: ["时间戳不是可信机构签发的", "the time stamp is by nobody trusted"],
};
const TIMES = {
  none: ["没有时间戳", "no time stamp"],
  own_authority: ["收单机构自己的时间戳，不是独立证明", "by the acquirer's own time service: no independent proof"],
  independent: ["由独立的时间戳机构证明", "proven by an independent time authority"],
};
const ASSURANCES = {
  phone_code: [
    "发到签署人登记手机的验证码确认过这份文件（强于只用 PIN）",
    "confirmed by a code to the signer's registered mobile, for this document: stronger than a PIN",
  ],
  phone_code_in_person: [
    "当面核对身份证，且有登记手机的验证码确认这份文件",
    "identity card compared in person, and a code to the registered mobile for this document",
  ],
  pin: ["本人账户的 PIN，没有手机验证码（较弱）", "the PIN of the signer's own account, no code to the phone: weaker"],
  in_person: ["当面核对身份证，没有手机验证码（较弱）", "identity card compared in person, no code to the phone: weaker"],
  paper: [
    "商户签于纸面，审核员核对过每页扫描件；以纸面原件为准",
    "signed on paper, and a reviewer compared the scan of every page: the paper itself is what counts",
  ],
};
const STATES = {
  offered: ["open", "这份合同尚未签署。", "This contract is not signed."],
  superseded: ["bad", "这份合同已被新的报价取代。", "A newer offer took this contract's place."],
  signed: VERDICTS.merchant_only,
  in_effect: ["good", "这是一份双方已签署、已生效的合同文件。", "A contract file that both signed, in effect."],
  on_paper: ["open", "商户签于纸面，扫描件正在核对。", "Signed on paper; the scans are being compared."],
  refused: ["bad", "商户已拒签。", "The merchant refused."],
};
/** The merchant's copy of a contract that is in effect. */
const COPY = [
  "open",
  "这是商户签署的副本，没有收单机构的签章；合同本身已生效，请以双方签署的文件为准。",
  "The merchant's copy, without the acquirer's seal. The contract is in effect: rely on the file that both signed.",
];
const MAX_BYTES = 4 * 1024 * 1024;

const result = document.getElementById("result");

/** Every text is put in as text, never as markup. */
function show([tone, zh, en], rows = []) {
  const list = document.createElement("dl");
  for (const [name, value] of rows) {
    const [term, detail] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    detail.textContent = value;
    list.append(term, detail);
  }
  const [chinese, english] = [document.createElement("p"), document.createElement("p")];
  chinese.textContent = zh;
  english.textContent = en;
  english.lang = "en";
  result.className = tone;
  result.replaceChildren(chinese, english, list);
  result.hidden = false;
}

function failed() {
  show(["bad", "没有得到答复，请稍后再试。", "No answer: try again later."]);
}

async function check(file) {
  if (file.size > MAX_BYTES) return show(["bad", ...FAULTS.too_large]);
  const answer = await fetch("/v1/contracts/verify", {
    method: "POST",
    headers: { "content-type": "application/pdf" },
    body: file,
  });
  if (!answer.ok) return failed();
  const report = await answer.json();
  const rows = [];
  if (report.fault) rows.push(["原因 · Reason", FAULTS[report.fault].join(" · ")]);
  const signed = (one) => `${one.signer} · ${one.claimed_at} · ${one.reason}`;
  if (report.merchant) rows.push(["商户 · Merchant", signed(report.merchant)]);
  if (report.issuer) rows.push(["收单机构 · Acquirer", signed(report.issuer)]);
  if (report.verdict !== "refused") {
    rows.push(["时间 · Time", [report.time.at, ...TIMES[report.time.assurance]].filter(Boolean).join(" · ")]);
  }
  if (report.paper_record_sha256) rows.push(["纸面签署记录 · Record of the paper", report.paper_record_sha256]);
  rows.push(["SHA-256", report.file_sha256]);
  show(VERDICTS[report.verdict], rows);
}

async function look(sha) {
  const answer = await fetch(`/v1/contracts/${sha}`);
  if (answer.status === 404) {
    return show(["bad", "没有这样的合同文件。", "No contract file has this hash."]);
  }
  if (!answer.ok) return failed();
  const known = await answer.json();
  const rows = [
    ["合同编号 · Contract", known.number],
    ["收单机构 · Acquirer", known.issuer],
  ];
  if (known.assurance) rows.push(["签署人确认 · Signer's consent", ASSURANCES[known.assurance].join(" · ")]);
  if (known.file === "unstamped") rows.push(["说明 · Note", "另有带时间戳的文件 · another file has the time stamp"]);
  const isCopy = known.file === "merchant_copy" && known.state === "in_effect";
  show(isCopy ? COPY : STATES[known.state], rows);
}

/** What a print copy's symbol leads to: the page with a file's hash as its fragment. */
function lookLinked() {
  const sha = location.hash.slice(1);
  if (!/^[0-9a-f]{64}$/.test(sha)) return;
  document.getElementById("hash").value = sha;
  look(sha).catch(failed);
}

window.addEventListener("hashchange", lookLinked);
lookLinked();

document.getElementById("file").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (file) check(file).catch(failed);
});
document.getElementById("by-hash").addEventListener("submit", (event) => {
  event.preventDefault();
  look(document.getElementById("hash").value.trim()).catch(failed);
});
