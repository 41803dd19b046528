//! Turns what people type, paste and scan into the canonical form that `parse` functions expect.
//!
//! Cleaning never judges: what it does not understand it leaves in place for the check to point at. Every function
//! gives the same text when applied to its own result.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

use crate::{dossier::LONG_TERM, identifier::Landline};

/// Free text such as a name or an address: ends trimmed, runs of white space made one space, invisible characters
/// dropped, full-width letters and digits made half-width. Chinese punctuation stays as it is.
pub fn text(input: &str) -> String {
    collapse(input, |c| if plain(c).is_ascii_alphanumeric() { plain(c) } else { c })
}

/// A company name: as [`text`], with the parentheses full-width as licences print them.
pub fn company_name(input: &str) -> String {
    collapse(input, |c| match plain(c) {
        '(' => '（',
        ')' => '）',
        letter if letter.is_ascii_alphanumeric() => letter,
        _ => c,
    })
}

/// A number of digits only (card, branch, licence of 15 digits, postal code): separators dropped, full-width digits
/// made half-width, look-alike letters made digits.
pub fn digits(input: &str) -> String {
    compact(input).map(digit_look_alike).collect()
}

/// A mobile number: as [`digits`], without the country code where eleven digits follow it.
pub fn mobile(input: &str) -> String {
    let number = digits(input);
    let number = number.trim_start_matches('+');
    let local = number.strip_prefix("0086").or_else(|| number.strip_prefix("86"));
    match local {
        Some(local) if local.len() == 11 && local.bytes().all(|byte| byte.is_ascii_digit()) => {
            local.to_owned()
        }
        _ => number.to_owned(),
    }
}

/// A fixed line: `0571-87654321`, with brackets, 转 and "ext" understood as separators and the country code dropped.
pub fn landline(input: &str) -> String {
    // Before the words are looked for: one that is typed with a gap is the same word.
    let visible = input.chars().map(plain).filter(|c| !c.is_whitespace() && !is_invisible(*c));
    let lower = visible.collect::<String>().to_ascii_lowercase();
    let separated = lower.replace("分机", "-").replace('转', "-").replace("ext.", "-").replace("ext", "-");
    let joined: String = separated
        .chars()
        .map(|c| match c {
            '(' | ')' | '#' | '_' => '-',
            c if is_dash(c) => '-',
            c => digit_look_alike(c),
        })
        .collect();
    let mut number = join_hyphens(&joined);
    while let Some(local) = number.strip_prefix("+86").or_else(|| number.strip_prefix("0086")) {
        let local = join_hyphens(local);
        number =
            if local.starts_with(['0', '4', '8']) || local.is_empty() { local } else { format!("0{local}") };
    }
    Landline::parse(&number).map_or(number, |line| line.as_str().to_owned())
}

/// A unified social credit code: separators dropped, capitals, and digits in place of the letters that the alphabet
/// of GB 32100 leaves out because they look alike (I, O, S, Z).
pub fn credit_code(input: &str) -> String {
    compact(input)
        .map(|c| match c.to_ascii_uppercase() {
            'I' => '1',
            'O' => '0',
            'S' => '5',
            'Z' => '2',
            letter => letter,
        })
        .collect()
}

/// An identity number of 18 characters: as [`digits`], with a final `X` however it was written.
pub fn identity_number(input: &str) -> String {
    compact(input)
        .map(|c| match c {
            // Multiplication sign and the Cyrillic letter, which some scanners and keyboards give for X.
            'x' | 'X' | '×' | 'х' | 'Х' => 'X',
            c => digit_look_alike(c),
        })
        .collect()
}

/// A passport, a permit or an organisation code, where letters and digits both have their meaning: separators
/// dropped, capitals.
pub fn document_number(input: &str) -> String {
    compact(input).map(|c| c.to_ascii_uppercase()).collect()
}

/// A date or the end of a validity: `2026-01-02` from 2026/1/2, 2026.1.2, 2026年1月2日 and 20260102; [`LONG_TERM`]
/// from 长期, 永久, 无固定期限 and the acquirers' 9999-12-31. Anything else, dates that do not exist included,
/// comes back as [`text`] leaves it.
pub fn date(input: &str) -> String {
    let typed = text(input);
    let joined: String = compact_keeping_dashes(&typed);
    if is_long_term(&joined) {
        return LONG_TERM.to_owned();
    }
    match calendar_date(&joined) {
        Some(date) if date == Date::constant(9999, 12, 31) => LONG_TERM.to_owned(),
        Some(date) => format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day()),
        None => typed,
    }
}

fn is_long_term(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        LONG_TERM
            | "longterm"
            | "长期"
            | "長期"
            | "长期有效"
            | "永久"
            | "永久有效"
            | "无固定期限"
            | "无期限"
            | "無固定期限"
    )
}

fn calendar_date(text: &str) -> Option<Date> {
    let numbers: Vec<&str> = if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        vec![&text[..4], &text[4..6], &text[6..]]
    } else {
        text.strip_suffix(['日', '号']).unwrap_or(text).split(['-', '/', '.', '年', '月']).collect()
    };
    let [year, month, day] = numbers[..] else { return None };
    let all_digits = numbers.iter().all(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    if !all_digits || year.len() != 4 || !(1..=2).contains(&month.len()) || !(1..=2).contains(&day.len()) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// White space runs become one space, ends are trimmed, invisible characters go, the rest passes through `map`.
fn collapse(input: &str, map: impl Fn(char) -> char) -> String {
    let visible: String = input.chars().filter(|c| c.is_whitespace() || !is_invisible(*c)).map(map).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The characters of a number without white space, dashes and invisible ones, half-width where that exists.
fn compact(input: &str) -> impl Iterator<Item = char> + '_ {
    input.chars().map(plain).filter(|c| !c.is_whitespace() && !is_invisible(*c) && !is_dash(*c))
}

fn compact_keeping_dashes(input: &str) -> String {
    input
        .chars()
        .map(|c| if is_dash(plain(c)) { '-' } else { plain(c) })
        .filter(|c| !c.is_whitespace() && !is_invisible(*c))
        .collect()
}

/// The ASCII character that a compatibility form stands for (`１`, `Ａ`, `（`, `①`), else the character itself.
/// One character at a time, so that nothing ever combines with its neighbour.
fn plain(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let mut normalised = c.nfkc();
    match (normalised.next(), normalised.next()) {
        (Some(ascii), None) if ascii.is_ascii() => ascii,
        _ => c,
    }
}

fn digit_look_alike(c: char) -> char {
    match c {
        'O' | 'o' => '0',
        'I' | 'i' | 'l' | 'L' | '|' => '1',
        c => c,
    }
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}

/// Control characters and the formatting characters that pasting from web pages and chats brings along.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// Runs of hyphens become one, ends have none.
fn join_hyphens(text: &str) -> String {
    text.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_lose_separators_and_gain_digits() {
        assert_eq!(digits(" ６２２２ 6002-6000—1072 444\u{200B}"), "6222600260001072444");
        assert_eq!(digits("1O21OOO99996"), "102100099996");
        assert_eq!(digits("l2I|"), "1211");
        assert_eq!(digits("12x4"), "12x4");
        assert_eq!(mobile("+86 154-0000-0000"), "15400000000");
        assert_eq!(mobile("008615400000000"), "15400000000");
        assert_eq!(mobile("86154"), "86154");
        assert_eq!(mobile("+86+8600长期"), "86+8600长期");
        assert_eq!(identity_number("11010519491231002ｘ"), "11010519491231002X");
        assert_eq!(identity_number("110105 19491231 002×"), "11010519491231002X");
        assert_eq!(document_number("e-1234 5678"), "E12345678");
    }

    #[test]
    fn credit_codes_get_the_digits_that_look_like_missing_letters() {
        assert_eq!(credit_code("9i35oiooMoooiooy43"), "91350100M000100Y43");
        assert_eq!(credit_code("９１３５０１００ｍ０００１００ｙ４３"), "91350100M000100Y43");
        assert_eq!(credit_code("sz"), "52");
    }

    #[test]
    fn fixed_lines_take_one_form() {
        for (typed, canonical) in [
            ("（0571）8765 4321", "0571-87654321"),
            ("057187654321转801", "0571-87654321-801"),
            ("+86-571-87654321", "0571-87654321"),
            ("0086 10 6543 2100 ext. 8", "010-65432100-8"),
            ("400 123 4567", "400-123-4567"),
            ("0571-87654321 分 机 801", "0571-87654321-801"),
            ("12-", "12"),
        ] {
            assert_eq!(landline(typed), canonical, "{typed}");
        }
    }

    #[test]
    fn names_keep_their_punctuation() {
        assert_eq!(text("  朝阳区\u{3000}\u{3000}建国路１号，Ｂ座 \n"), "朝阳区 建国路1号，B座");
        assert_eq!(text("甲\u{200B}乙\u{FEFF}"), "甲乙");
        assert_eq!(company_name("某某(杭州)科技有限公司"), "某某（杭州）科技有限公司");
        assert_eq!(company_name("某某（杭州）科技有限公司 "), "某某（杭州）科技有限公司");
    }

    #[test]
    fn dates_take_one_form() {
        for typed in [
            "2026/1/2",
            "2026.01.02",
            "2026年1月2日",
            "20260102",
            "２０２６年 1 月 2 日",
            "2026－01－02",
            "2026-1-2",
        ] {
            assert_eq!(date(typed), "2026-01-02", "{typed}");
        }
        for typed in ["长期", "永久", "无固定期限", "9999-12-31", "99991231", " 长 期 ", "long_term"]
        {
            assert_eq!(date(typed), LONG_TERM, "{typed}");
        }
        for typed in ["2026-02-30", "26-1-2", "2026", "", "明天", "2026-1-2-3", "+026-1-2"] {
            assert_eq!(date(typed), typed, "{typed}");
        }
    }

    /// Texts made of what the functions act on, mixed with anything at all.
    fn typed() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => "[0-9]{1,4}",
            3 => prop::sample::select(vec![
                "+86", "0086", "86", "0", "400", " ", "\u{3000}", "-", "—", "－", "(", "（", "）", "O", "l", "|", "S", "x", "×",
                "转", "ext.", "e", "xt", "分", "机", "年", "月", "日", "/", ".", "长期", "长", "期", "9999", "1２", "①", "Ａ",
                "\u{200B}", "\u{0307}", "I", "ſ", "ß", "\u{85}", "\u{1F}", "_", "#",
            ]).prop_map(str::to_owned),
            1 => any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn cleaning_twice_changes_nothing(input in typed()) {
            for (name, clean) in [
                ("text", text as fn(&str) -> String),
                ("company_name", company_name),
                ("digits", digits),
                ("mobile", mobile),
                ("landline", landline),
                ("credit_code", credit_code),
                ("identity_number", identity_number),
                ("document_number", document_number),
                ("date", date),
            ] {
                let once = clean(&input);
                prop_assert_eq!(clean(&once), once, "{}", name);
            }
        }
    }
}
