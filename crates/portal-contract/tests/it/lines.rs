//! Line breaking.

use portal_contract::{Fonts, RenderError, break_text};
use proptest::prelude::*;

const NOT_AT_START: &str = "、，。．：；？！）］》〉」』】”’·％々";
const NOT_AT_END: &str = "（［《〈「『【“‘￥";

fn lines(text: &str, width_pt: f32) -> Vec<String> {
    break_text(text, width_pt, 10.5, Fonts::embedded().unwrap()).unwrap()
}

/// Words as they occur in our texts: ideographs, marks that close, groups that open and close, Latin and numbers.
fn running_text() -> impl Strategy<Value = String> {
    let hanzi = proptest::sample::select(
        "商户申请收单协议签订结算账户手续费终端照片营业执照".chars().collect::<Vec<_>>(),
    )
    .prop_map(String::from);
    let closing = proptest::sample::select(vec![
        "，", "。", "、", "；", "：", "！", "？", "）。", "》、", "”，", "·", "％",
    ])
    .prop_map(String::from);
    let opening = proptest::sample::select(vec!["（", "《", "“", "「", "￥", "（《"]).prop_map(String::from);
    let latin = proptest::sample::select(vec![" POS ", "T+1", "0.38%", "2026年", " merchant ", "A-17"])
        .prop_map(String::from);
    let unit = prop_oneof![8 => hanzi.clone(), 2 => (hanzi.clone(), closing).prop_map(|(a, b)| a + &b),
        1 => (opening, hanzi).prop_map(|(a, b)| a + &b), 1 => latin];
    proptest::collection::vec(unit, 1..160).prop_map(|units| units.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_line_starts_or_ends_with_a_forbidden_mark(text in running_text(), width_pt in 80.0_f32..480.0) {
        let lines = lines(&text, width_pt);
        let inner_starts = lines.iter().skip(1);
        for line in inner_starts {
            prop_assert!(!line.starts_with(|ch| NOT_AT_START.contains(ch)), "line starts badly: {line} in {lines:?}");
        }
        for line in lines.iter().rev().skip(1) {
            prop_assert!(!line.ends_with(|ch| NOT_AT_END.contains(ch)), "line ends badly: {line} in {lines:?}");
        }
    }

    #[test]
    fn breaking_loses_and_adds_nothing(text in running_text(), width_pt in 80.0_f32..480.0) {
        let squash = |text: &str| text.chars().filter(|ch| !ch.is_whitespace()).collect::<String>();
        prop_assert_eq!(squash(&lines(&text, width_pt).concat()), squash(&text));
    }

    #[test]
    fn no_line_holds_more_ideographs_than_the_measure(text in running_text(), width_pt in 80.0_f32..480.0) {
        for line in lines(&text, width_pt) {
            let full = line.chars().filter(|ch| ('\u{4e00}'..='\u{9fff}').contains(ch)).count();
            prop_assert!(full as f32 * 10.5 <= width_pt + 0.1, "{line}");
        }
    }
}

#[test]
fn latin_words_stay_whole() {
    let text =
        "本机已安装 Zhanggui 程序并完成 registration，请在 application 提交后等待 acknowledgement 到达。";
    for width in [100.0, 110.0, 140.0, 200.0] {
        let lines = lines(text, width);
        for word in ["Zhanggui", "registration", "application", "acknowledgement"] {
            assert!(lines.iter().any(|line| line.contains(word)), "{word} is torn at {width} pt: {lines:?}");
        }
    }
}

#[test]
fn a_word_wider_than_the_measure_is_cut_instead_of_running_off_the_page() {
    let digest = "d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16";
    let lines = lines(digest, 120.0);
    assert!(lines.len() > 2, "{lines:?}");
    assert_eq!(lines.concat(), digest);
}

#[test]
fn quotation_marks_do_not_glue_chinese_sentences_together() {
    let text = "他说“请稍等”然后离开";
    // Room for three characters: the line may end before the opening mark.
    assert_eq!(lines(text, 32.0).first().map(String::as_str), Some("他说"));
}

#[test]
fn a_last_line_is_not_a_single_character() {
    let text = "商户申请收单协议签订结算账户手续费终端照片营业";
    let width = 10.5 * 22.2;
    let lines = lines(text, width);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[1].chars().count() >= 2, "{lines:?}");
}

#[test]
fn a_character_without_a_glyph_is_named() {
    for (text, missing) in
        [("陈😀店", '😀'), ("名字\u{2A700}", '\u{2A700}'), ("ئۇيغۇر", 'ئ'), ("a\u{7}b", '\u{7}')]
    {
        let error = break_text(text, 200.0, 10.5, Fonts::embedded().unwrap()).unwrap_err();
        assert!(matches!(error, RenderError::MissingGlyph { ch } if ch == missing), "{error:?}");
        assert!(error.to_string().contains(&format!("U+{:04X}", missing as u32)), "{error}");
    }
}

#[test]
fn line_feeds_break_and_empty_text_takes_a_line() {
    assert_eq!(lines("甲\n\n乙\r\n丙", 200.0), ["甲", "", "乙", "丙"]);
    assert_eq!(lines("", 200.0), [""]);
}
