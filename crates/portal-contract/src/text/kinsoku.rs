//! Where a line may break, on top of UAX #14.
//!
//! Sources: GB/T 15834-2011 §5.1 (marks that open or close a line), W3C "Requirements for Chinese Text Layout"
//! §3.1.2 and §3.1.5 (prohibited positions, half-width setting of neighbouring marks).

use unicode_linebreak::linebreaks;

/// Byte positions at which a line may end, in ascending order, without the end of the text.
pub(super) fn opportunities(text: &str) -> Vec<usize> {
    let mut positions: Vec<usize> = linebreaks(text).map(|(position, _)| position).collect();
    positions.extend(quote_opportunities(text));
    positions.sort_unstable();
    positions.dedup();
    positions.retain(|&position| position < text.len() && allowed(text, position));
    positions
}

/// UAX #14 glues quotation marks to both neighbours, because they do not tell their side in every language. In
/// Chinese they do: a line may end before an opening one and after a closing one.
fn quote_opportunities(text: &str) -> impl Iterator<Item = usize> {
    let neighbours = text.char_indices().zip(text.chars().skip(1));
    neighbours.filter_map(|((index, before), after)| {
        let opens = matches!(after, '“' | '‘') && is_wide(before);
        let closes = matches!(before, '”' | '’') && is_wide(after);
        (opens || closes).then(|| index + before.len_utf8())
    })
}

fn allowed(text: &str, position: usize) -> bool {
    let (head, tail) = text.split_at(position);
    let ends_badly = head.trim_end().chars().next_back().is_some_and(may_not_end);
    let starts_badly = tail.chars().next().is_some_and(may_not_start);
    !ends_badly && !starts_badly
}

/// Marks that may not begin a line.
pub(super) fn may_not_start(ch: char) -> bool {
    closes(ch)
        || matches!(ch, '·' | '‧' | '・' | '～' | '－' | '／' | '％' | '‰' | '℃' | '々' | 'ー')
        || matches!(ch, ',' | '.' | ':' | ';' | '!' | '?' | ')' | ']' | '}' | '%')
}

/// Marks that may not end a line.
pub(super) fn may_not_end(ch: char) -> bool {
    opens(ch) || matches!(ch, '￥' | '¥' | '＄' | '$' | '＃' | '№' | '(' | '[' | '{')
}

/// Full-width marks whose left half is blank.
pub(super) fn opens(ch: char) -> bool {
    matches!(ch, '（' | '［' | '｛' | '〔' | '〈' | '《' | '「' | '『' | '【' | '〖' | '“' | '‘')
}

/// Full-width marks that belong to what stands before them.
pub(super) fn closes(ch: char) -> bool {
    leaves_blank(ch) || matches!(ch, '？' | '！')
}

/// Full-width marks whose right half is blank.
pub(super) fn leaves_blank(ch: char) -> bool {
    matches!(ch, '、' | '，' | '。' | '．' | '：' | '；')
        || matches!(ch, '）' | '］' | '｝' | '〕' | '〉' | '》' | '」' | '』' | '】' | '〗' | '”' | '’')
}

/// Ideographs and the marks set among them: between two of these a line may widen.
pub(super) fn is_wide(ch: char) -> bool {
    matches!(u32::from(ch), 0x2E80..=0x303F | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF
        | 0xFF01..=0xFF60 | 0xFFE0..=0xFFE6 | 0x20000..=0x3FFFF)
}
