//! Masks for personal data on screens, in lists and in logs (JR/T 0171-2020 display rules).

/// Resident ID and other certificate numbers: first 3 and last 4 characters.
pub fn mask_id(number: &str) -> String {
    keep_ends(number, 3, 4)
}

/// Bank card or account number: first 6 (issuer) and last 4 characters.
pub fn mask_card(number: &str) -> String {
    keep_ends(number, 6, 4)
}

/// Telephone number: first 3 and last 4 characters.
pub fn mask_phone(number: &str) -> String {
    keep_ends(number, 3, 4)
}

/// Person's name: the first character and one star, so that the mask does not tell the name's length.
pub fn mask_name(name: &str) -> String {
    let mut characters = name.trim().chars();
    match (characters.next(), characters.next()) {
        (None, _) => String::new(),
        (Some(_), None) => String::from("*"),
        (Some(first), Some(_)) => format!("{first}*"),
    }
}

/// A value too short to hide at least as many characters as two stars becomes stars altogether.
fn keep_ends(value: &str, head: usize, tail: usize) -> String {
    let characters: Vec<char> = value.trim().chars().collect();
    let length = characters.len();
    if length < head + tail + 2 {
        return "*".repeat(length);
    }
    let hidden = |index: usize| index >= head && index < length - tail;
    characters.into_iter().enumerate().map(|(index, c)| if hidden(index) { '*' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_kind_keeps_its_ends() {
        assert_eq!(mask_id("990101199001011234"), "990***********1234");
        assert_eq!(mask_card("6299990000001234567"), "629999*********4567");
        assert_eq!(mask_phone("19900001234"), "199****1234");
        assert_eq!(mask_phone(" 19900001234 "), "199****1234");
    }

    #[test]
    fn names_keep_the_first_character_only() {
        assert_eq!(mask_name("张三"), "张*");
        assert_eq!(mask_name("张三丰"), "张*");
        assert_eq!(mask_name("王"), "*");
        assert_eq!(mask_name(""), "");
    }

    #[test]
    fn short_values_are_hidden_altogether() {
        assert_eq!(mask_phone("1234567"), "*******");
        assert_eq!(mask_card("62999912345"), "***********");
        assert_eq!(mask_id(""), "");
    }

    proptest! {
        #[test]
        fn at_least_two_characters_are_hidden(value in "[0-9X\u{4e00}-\u{4e20}]{2,30}") {
            for mask in [mask_id(&value), mask_card(&value), mask_phone(&value)] {
                prop_assert_eq!(mask.chars().count(), value.chars().count());
                prop_assert!(mask.chars().filter(|c| *c == '*').count() >= 2);
            }
        }
    }
}
