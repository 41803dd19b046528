//! The files themselves, as others read them.

use portal_contract::{
    Document, Fonts, Language, Rendered, acceptance_notice, activation_letter, document_checklist, render,
    submission_receipt, training_certificate,
};

use crate::{poppler, samples};

fn rendered(document: &Document) -> Rendered {
    render(document, Fonts::embedded().unwrap()).unwrap()
}

/// Keeps a copy where a person can look at it.
fn keep(name: &str, pdf: &[u8]) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(folder.join(name), pdf).unwrap();
}

fn squash(text: &str) -> String {
    text.chars().filter(|ch| !ch.is_whitespace()).collect()
}

fn assert_in_order(text: &str, wanted: &[&str]) {
    let text = squash(text);
    let mut from = 0;
    for part in wanted {
        let part = squash(part);
        let at = text[from..].find(&part);
        assert!(at.is_some(), "{part} is missing after {} in {text}", &text[..from]);
        from += at.unwrap() + part.len();
    }
}

fn decode_qr(pdf: &[u8]) -> String {
    let picture = poppler::picture(pdf, 1, 150);
    let grey = |x: usize, y: usize| picture.pixels[y * picture.width + x];
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(picture.width, picture.height, grey);
    let grids = prepared.detect_grids();
    assert_eq!(grids.len(), 1, "one symbol on the page");
    grids[0].decode().unwrap().1
}

#[test]
fn the_same_document_gives_the_same_bytes_and_another_gives_others() {
    let receipt = samples::receipt(Language::Zh, 6);
    let first = rendered(&submission_receipt(&receipt));
    let again = rendered(&submission_receipt(&receipt));
    assert_eq!(first.pdf, again.pdf);
    assert_eq!(first.sha256, again.sha256);

    let later =
        portal_contract::SubmissionReceipt { saved_at: "2026-07-01T02:14:10Z".parse().unwrap(), ..receipt };
    let other = rendered(&submission_receipt(&later));
    assert_ne!(other.sha256, first.sha256);
    assert_ne!(other.content_sha256, first.content_sha256);
}

#[test]
fn the_receipt_reads_in_order_and_its_symbol_decodes() {
    let receipt = samples::receipt(Language::Zh, 6);
    let rendered = rendered(&submission_receipt(&receipt));
    keep("receipt-zh.pdf", &rendered.pdf);
    assert_eq!(rendered.pages, 1, "an ordinary receipt is one sheet");
    assert_in_order(
        &poppler::text(&rendered.pdf),
        &[
            "未收到 · 仅保存在本机",
            "提交回执（本机）",
            "回执编号",
            "R-20260701-7K3M9Q",
            "杭州市西湖区蓝岸小馆餐饮店（个体工商户）",
            "扫码收款、银行卡收单",
            "2026年7月1日 10:14:09（北京时间）",
            "以上申请已保存在本机，尚未被收到。",
            "已保存的影像资料（6 份）",
            "营业执照（正本或副本）",
            "收银台照",
        ],
    );
    assert_eq!(decode_qr(&rendered.pdf), receipt.qr_payload);
}

#[test]
fn the_english_receipt_is_english_but_for_names() {
    let rendered = rendered(&submission_receipt(&samples::receipt(Language::En, 3)));
    keep("receipt-en.pdf", &rendered.pdf);
    let text = poppler::text(&rendered.pdf);
    assert_in_order(
        &text,
        &["Not yet received", "Submission receipt", "Saved document photos (3)", "Page 1 of"],
    );
    let name = squash("杭州市西湖区蓝岸小馆餐饮店（个体工商户）");
    let rest = squash(&text).replace(&name, "");
    assert!(!rest.chars().any(|ch| ('\u{4e00}'..='\u{9fff}').contains(&ch)), "{rest}");
}

#[test]
fn the_notice_reads_in_order_and_its_symbol_decodes() {
    let notice = samples::notice();
    let rendered = rendered(&acceptance_notice(&notice));
    keep("notice-zh.pdf", &rendered.pdf);
    assert_eq!(rendered.pages, 1, "an ordinary notice is one sheet");
    assert_in_order(
        &poppler::text(&rendered.pdf),
        &[
            "受理通知书",
            "已于 2026年7月2日 15:30 由示例收单服务有限公司杭州营业部受理",
            "通知书编号",
            "SL-2026-000318",
            "办理期限",
            "2026年8月1日前",
            "后续步骤",
            "1.",
            "等待电话核实",
            "3.",
            "办理时请携带",
            "结算银行卡原件",
            "扫码核验本通知书",
        ],
    );
    assert_eq!(decode_qr(&rendered.pdf), notice.verify_qr_payload);
}

#[test]
fn a_certificate_names_who_was_trained_in_what() {
    let certificate = samples::certificate(Language::Zh);
    let zh = rendered(&training_certificate(&certificate));
    keep("certificate-zh.pdf", &zh.pdf);
    assert_eq!(zh.pages, 1, "a certificate is one sheet");
    let read = [
        "装机培训证书",
        "买买提江·吐尔逊（杭州市西湖区蓝岸小馆餐饮店（个体工商户））于 2026年7月10日",
        "PX-20260710-000001",
        "培训内容",
        "1.",
        "收款",
        "2.",
        "撤销与退款",
        "不是职业资格证明",
    ];
    assert_in_order(&poppler::text(&zh.pdf), &read);
    assert_eq!(decode_qr(&zh.pdf), certificate.qr_payload);

    let en = rendered(&training_certificate(&samples::certificate(Language::En)));
    keep("certificate-en.pdf", &en.pdf);
    let read = ["Certificate of training", "10 July 2026", "What was practised", "Taking payments"];
    assert_in_order(&poppler::text(&en.pdf), &read);
}

#[test]
fn an_activation_letter_names_account_terminals_and_what_to_check() {
    let letter = samples::letter(Language::Zh);
    let zh = rendered(&activation_letter(&letter));
    keep("letter-zh.pdf", &zh.pdf);
    assert_eq!(zh.pages, 1, "a letter with two terminals is one sheet");
    let read = [
        "开通通知书",
        "已于 2026年7月12日 10:00 开通",
        "000290000000001",
        "HT-20260705-000001",
        "示例收单服务有限公司 400-000-0000",
        "已绑定机具",
        "SN-0001",
        "SN-0002",
        "开通后请先核对",
        "扫码可读出通知书编号",
    ];
    assert_in_order(&poppler::text(&zh.pdf), &read);
    assert!(poppler::text(&zh.pdf).contains("622200******1234"), "the account is named, and masked");
    assert_eq!(decode_qr(&zh.pdf), letter.qr_payload);

    let codes_only = portal_contract::ActivationLetter { terminals: Vec::new(), ..letter };
    let text = poppler::text(&rendered(&activation_letter(&codes_only)).pdf);
    assert!(!text.contains("已绑定机具"), "no terminals, no table: {text}");

    let en = rendered(&activation_letter(&samples::letter(Language::En)));
    keep("letter-en.pdf", &en.pdf);
    assert_eq!(en.pages, 1, "in English too");
    let read = ["Activation letter", "12 July 2026, 10:00", "Merchant number", "Terminals bound", "SN-0002"];
    assert_in_order(&poppler::text(&en.pdf), &read);
}

#[test]
fn the_checklist_groups_items_with_their_reasons() {
    let rendered = rendered(&document_checklist(&samples::checklist()));
    keep("checklist-zh.pdf", &rendered.pdf);
    assert_in_order(
        &poppler::text(&rendered.pdf),
        &[
            "办理材料清单",
            "共 8 项",
            "主体资料",
            "开户许可证",
            "结算到对公账户时需要。",
            "经营场所",
            "收银台照",
        ],
    );
}

#[test]
fn an_agreement_of_several_pages_keeps_its_order_and_its_slots() {
    let rendered = rendered(&samples::agreement());
    keep("agreement-zh.pdf", &rendered.pdf);
    assert!(rendered.pages >= 2, "{} pages", rendered.pages);
    assert_in_order(
        &poppler::text(&rendered.pdf),
        &["收单服务协议", "费率", "借记卡", "第1条", "第14条", "附件一：结算授权书", "甲方（商户）签字"],
    );
    let names: Vec<&str> = rendered.slots.iter().map(|slot| slot.name.as_str()).collect();
    assert_eq!(names, ["merchant-signature", "issuer-seal", "issuer-date"]);
    assert!(rendered.slots.iter().all(|slot| slot.page + 1 == rendered.pages));
}

#[test]
fn the_file_is_tagged_titled_and_small() {
    let rendered = rendered(&acceptance_notice(&samples::notice()));
    let info = poppler::info(&rendered.pdf, "-isodates");
    for wanted in [
        "受理通知书",
        "Tagged:          yes",
        "PDF version:     1.7",
        "2026-07-02T07:30:00Z",
        "595.276 x 841.89",
    ] {
        assert!(info.contains(wanted), "{wanted} is not in {info}");
    }
    let structure = poppler::info(&rendered.pdf, "-struct-text");
    for wanted in ["H1", "Table", "TH", "LI", "Figure"] {
        assert!(structure.contains(wanted), "{wanted} is not in {structure}");
    }
    let xmp = String::from_utf8_lossy(&rendered.pdf);
    assert!(
        xmp.contains("<pdfaid:part>2</pdfaid:part>")
            && xmp.contains("<pdfaid:conformance>B</pdfaid:conformance>")
    );
    assert!(rendered.pdf.len() < 150_000, "{} bytes", rendered.pdf.len());
}
