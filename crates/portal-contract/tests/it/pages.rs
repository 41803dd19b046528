//! Pages: overflow, repeated heads, slots, furniture.

use portal_contract::{
    Align, Banner, Block, Column, Document, Fonts, Layout, RenderError, Slot, SlotKind, Tone, layout, render,
    submission_receipt,
};

use crate::samples;

fn laid_out(document: &Document) -> Layout {
    layout(document, Fonts::embedded().unwrap()).unwrap()
}

fn page_lines(document: &Document) -> Vec<Vec<String>> {
    laid_out(document).pages().iter().map(|page| page.lines().map(str::to_owned).collect()).collect()
}

fn table(rows: Vec<Vec<String>>) -> Block {
    let column = |head: &str, share| Column { head: head.into(), share, align: Align::Start };
    Block::Table { columns: vec![column("序号", 1), column("内容", 4)], rows }
}

#[test]
fn a_long_table_repeats_its_head_and_keeps_every_row_once() {
    let rows: Vec<Vec<String>> = (1..=150).map(|n| vec![n.to_string(), format!("第{n}行内容")]).collect();
    let pages = page_lines(&samples::with(vec![table(rows)]));
    assert!(pages.len() >= 4, "{} pages", pages.len());
    for page in &pages {
        assert_eq!(page.iter().filter(|line| *line == "内容").count(), 1, "{page:?}");
    }
    let body: Vec<&String> = pages.iter().flatten().filter(|line| line.ends_with("行内容")).collect();
    let wanted: Vec<String> = (1..=150).map(|n| format!("第{n}行内容")).collect();
    assert_eq!(body, wanted.iter().collect::<Vec<_>>());
}

#[test]
fn a_row_taller_than_a_page_is_split_between_its_lines() {
    let text = (1..=90).map(|n| format!("条目{n}")).collect::<Vec<_>>().join("\n");
    let pages = page_lines(&samples::with(vec![table(vec![vec!["1".into(), text]])]));
    assert!(pages.len() >= 2);
    let found: Vec<&String> = pages.iter().flatten().filter(|line| line.starts_with("条目")).collect();
    let wanted: Vec<String> = (1..=90).map(|n| format!("条目{n}")).collect();
    assert_eq!(found, wanted.iter().collect::<Vec<_>>());
    assert!(pages[1].contains(&"内容".to_owned()), "the head is repeated above the rest of the row");
}

#[test]
fn a_heading_is_never_the_last_thing_on_a_page() {
    for spacer in 0..60 {
        let document = samples::with(vec![
            Block::Spacer { height_pt: 570.0 + spacer as f32 * 2.0 },
            Block::Heading { text: "标题在此".into() },
            Block::Paragraph {
                text: "正文第一行\n正文第二行\n正文第三行".into(), align: Align::Start
            },
        ]);
        for page in page_lines(&document) {
            if let Some(at) = page.iter().position(|line| line == "标题在此") {
                assert_eq!(page[at + 1..at + 3], ["正文第一行", "正文第二行"], "after {spacer}");
            }
        }
    }
}

#[test]
fn every_page_carries_title_number_banner_and_its_place() {
    let document = Document {
        banner: Some(Banner { text: "未收到".into(), tone: Tone::Caution }),
        watermark: Some("未生效".into()),
        ..samples::with(vec![Block::PageBreak, Block::Paragraph { text: "二".into(), align: Align::Start }])
    };
    let layout = laid_out(&document);
    let digits = &layout.content_sha256()[..4];
    assert_eq!(layout.pages().len(), 2);
    for (index, page) in layout.pages().iter().enumerate() {
        let lines: Vec<&str> = page.lines().collect();
        for wanted in ["样张", "T-0001", "未收到", "未生效", &format!("第 {} 页 / 共 2 页", index + 1)]
        {
            assert!(lines.contains(&wanted), "{wanted} is not in {lines:?}");
        }
        assert!(lines.iter().any(|line| line.starts_with(&format!("内容校验 {digits}"))), "{lines:?}");
    }
}

#[test]
fn slots_come_back_with_page_and_rectangle_inside_it() {
    let slot = |kind, name: &str, width_pt| Slot {
        kind,
        name: name.into(),
        label: "签字处".into(),
        width_pt,
        height_pt: 60.0,
    };
    let document = samples::with(vec![
        Block::PageBreak,
        Block::Slots {
            slots: vec![slot(SlotKind::Signature, "merchant", 200.0), slot(SlotKind::Seal, "issuer", 120.0)],
        },
    ]);
    let rendered = render(&document, Fonts::embedded().unwrap()).unwrap();
    let names: Vec<&str> = rendered.slots.iter().map(|slot| slot.name.as_str()).collect();
    assert_eq!(names, ["merchant", "issuer"]);
    let [merchant, issuer] = &rendered.slots[..] else { panic!("two slots") };
    assert_eq!((merchant.page, merchant.kind), (1, SlotKind::Signature));
    assert!(merchant.x_pt + merchant.width_pt <= issuer.x_pt, "slots overlap");
    assert!(issuer.x_pt + issuer.width_pt < 595.276 && merchant.x_pt > 0.0);
    // Near the top of the page, counted from below.
    assert!(merchant.y_pt > 600.0 && merchant.y_pt + 60.0 < 841.89, "{merchant:?}");
}

#[test]
fn what_no_page_can_hold_is_refused() {
    let fonts = Fonts::embedded().unwrap();
    let slot = Slot {
        kind: SlotKind::Seal,
        name: "s".into(),
        label: "章".into(),
        width_pt: 100.0,
        height_pt: 2000.0,
    };
    let error = render(&samples::with(vec![Block::Slots { slots: vec![slot] }]), fonts).unwrap_err();
    assert!(matches!(error, RenderError::DoesNotFit { what: "slot" }), "{error:?}");

    let error = render(&samples::with(vec![table(vec![vec!["只有一格".into()]])]), fonts).unwrap_err();
    assert!(matches!(error, RenderError::RowLength { cells: 1, columns: 2 }), "{error:?}");

    let qr = Block::QrCode { payload: "x".repeat(5000), caption: String::new() };
    let error = render(&samples::with(vec![qr]), fonts).unwrap_err();
    assert!(matches!(error, RenderError::QrTooLong { length_bytes: 5000 }), "{error:?}");
}

#[test]
fn a_receipt_with_many_photos_says_its_state_on_every_page() {
    let document = submission_receipt(&samples::receipt(portal_contract::Language::Zh, 60));
    let pages = page_lines(&document);
    assert!(pages.len() >= 2);
    for page in pages {
        assert!(page.iter().any(|line| line == "未收到 · 仅保存在本机"), "{page:?}");
    }
}

#[test]
fn the_model_survives_json() {
    let document = submission_receipt(&samples::receipt(portal_contract::Language::En, 2));
    let json = serde_json::to_string(&document).unwrap();
    assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), document);
}
