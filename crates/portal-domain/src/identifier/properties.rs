//! What the check digits promise, tried on invented numbers: which wrong characters and which swaps are caught.

use jiff::civil::date;
use proptest::prelude::*;

use super::{organisation::USCC_ALPHABET, testing, *};

const DIGITS: &str = "0123456789";
const TODAY: jiff::civil::Date = date(2026, 1, 15);

fn replaced(text: &str, index: usize, with: char) -> String {
    text.chars().enumerate().map(|(i, c)| if i == index { with } else { c }).collect()
}

fn swapped(text: &str, index: usize) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    characters.swap(index, index + 1);
    characters.into_iter().collect()
}

fn single_errors(text: &str, alphabet: &str) -> Vec<String> {
    let mut errors = Vec::new();
    for (index, original) in text.chars().enumerate() {
        errors.extend(alphabet.chars().filter(|c| *c != original).map(|c| replaced(text, index, c)));
    }
    errors
}

fn adjacent_swaps(text: &str) -> Vec<String> {
    (0..text.len() - 1).map(|index| swapped(text, index)).filter(|swap| swap != text).collect()
}

fn assert_all_refused(errors: Vec<String>, accepts: impl Fn(&str) -> bool) -> Result<(), TestCaseError> {
    for error in errors {
        prop_assert!(!accepts(&error), "accepted {error}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn credit_codes_catch_every_wrong_character_and_swap(seed: u64) {
        for code in [testing::uscc(seed), testing::individual_uscc(seed)] {
            let accepts = |text: &str| Uscc::parse(text).is_ok();
            let parsed = Uscc::parse(&code);
            prop_assert!(parsed.is_ok(), "{code}: {parsed:?}");
            assert_all_refused(single_errors(&code, USCC_ALPHABET), accepts)?;
            assert_all_refused(adjacent_swaps(&code), accepts)?;
        }
    }

    #[test]
    fn the_credit_code_check_character_alone_catches_every_wrong_character_and_swap(
        values in prop::collection::vec(0_u8..31, 17),
        index in 0_usize..17,
        other in 0_u8..31,
    ) {
        let check = checksum::mod_31(&values);
        let mut wrong = values.clone();
        wrong[index] = other;
        prop_assert_eq!(checksum::mod_31(&wrong) == check, wrong == values);
        if index < 16 {
            let mut swap = values.clone();
            swap.swap(index, index + 1);
            prop_assert_eq!(checksum::mod_31(&swap) == check, swap == values);
        }
    }

    #[test]
    fn organisation_codes_catch_every_wrong_digit_and_digit_swap(seed: u64) {
        let code = testing::org_code(seed);
        let accepts = |text: &str| OrgCode::parse(text).is_ok();
        prop_assert!(accepts(&code));
        // The promise is made among digits: to a modulus of 11, 0 and B look alike, and a letter X counts 33, not 10.
        let digit_errors = single_errors(&code, DIGITS).into_iter().filter(|e| e.starts_with("MA")).collect();
        assert_all_refused(digit_errors, accepts)?;
        let digits = code[2..].trim_end_matches('X').len();
        let digit_swaps = (2..1 + digits).map(|index| swapped(&code, index)).filter(|swap| *swap != code);
        assert_all_refused(digit_swaps.collect(), accepts)?;
    }

    #[test]
    fn resident_ids_catch_every_wrong_digit_and_swap(seed: u64) {
        let id = testing::resident_id(seed);
        let accepts = |text: &str| ResidentId::parse(text, TODAY).is_ok();
        prop_assert!(accepts(&id));
        assert_all_refused(single_errors(&id, "0123456789X"), accepts)?;
        assert_all_refused(adjacent_swaps(&id), accepts)?;
    }

    #[test]
    fn the_resident_id_check_digit_alone_catches_every_wrong_digit_and_swap(
        digits in prop::collection::vec(0_u8..10, 17),
        index in 0_usize..17,
        other in 0_u8..10,
    ) {
        let check = checksum::mod_11_2(&digits);
        let mut wrong = digits.clone();
        wrong[index] = other;
        prop_assert_eq!(checksum::mod_11_2(&wrong) == check, wrong == digits);
        if index < 16 {
            let mut swap = digits.clone();
            swap.swap(index, index + 1);
            prop_assert_eq!(checksum::mod_11_2(&swap) == check, swap == digits);
        }
    }

    #[test]
    fn permanent_resident_cards_catch_every_wrong_digit_and_swap(seed: u64) {
        let card = testing::permanent_resident_card(seed);
        let accepts = |text: &str| PermanentResidentCard::parse(text, TODAY).is_ok();
        prop_assert!(accepts(&card));
        assert_all_refused(single_errors(&card, "0123456789X"), accepts)?;
        assert_all_refused(adjacent_swaps(&card), accepts)?;
    }

    #[test]
    fn cards_catch_every_wrong_digit_and_every_swap_but_09(body in "[0-9]{11,18}") {
        let check = checksum::luhn_check(&body);
        prop_assert!(check.is_some());
        let card = format!("{body}{}", check.unwrap_or_default());
        let accepts = |text: &str| BankCard::parse(text).is_ok();
        prop_assert!(accepts(&card));
        assert_all_refused(single_errors(&card, DIGITS), accepts)?;
        for index in 0..card.len() - 1 {
            let swap = swapped(&card, index);
            let blind = swap == card || matches!(&card[index..index + 2], "09" | "90");
            prop_assert_eq!(accepts(&swap), blind, "{}", swap);
        }
    }

    #[test]
    fn hybrid_check_digits_catch_every_wrong_digit(seed: u64) {
        let branch = testing::cnaps(seed);
        prop_assert!(Cnaps::parse(&branch).is_ok());
        assert_all_refused(single_errors(&branch, DIGITS), |text| Cnaps::parse(text).is_ok())?;
        let licence = testing::licence_number15(seed);
        prop_assert!(LicenceNumber15::parse(&licence).is_ok());
        assert_all_refused(single_errors(&licence, DIGITS), |text| LicenceNumber15::parse(text).is_ok())?;
    }

    #[test]
    fn the_hybrid_check_digit_alone_catches_every_wrong_digit(
        digits in prop::collection::vec(0_u8..10, 1..20),
        at: prop::sample::Index,
        other in 0_u8..10,
    ) {
        let mut wrong = digits.clone();
        wrong[at.index(digits.len())] = other;
        prop_assert_eq!(checksum::mod_11_10(&wrong) == checksum::mod_11_10(&digits), wrong == digits);
    }

    #[test]
    fn made_numbers_are_valid_repeatable_and_nobodys(seed: u64) {
        prop_assert!(Mobile::parse(&testing::mobile(seed)).is_ok());
        prop_assert!(BankCard::parse(&testing::bank_card(seed)).is_ok());
        prop_assert_eq!(testing::uscc(seed), testing::uscc(seed));
        let id = testing::resident_id(seed);
        prop_assert!(crate::division::get(&id[..6]).is_none(), "{} is a real county", &id[..6]);
    }

    #[test]
    fn resident_ids_keep_the_birth_date_they_were_made_with(seed: u64, days in 0_i64..25_000) {
        use jiff::ToSpan;
        let born = date(1950, 1, 1) + days.days();
        let id = ResidentId::parse(&testing::resident_id_born(seed, born), TODAY);
        prop_assert_eq!(id.as_ref().map(ResidentId::birth_date), Ok(born));
        prop_assert_eq!(id.as_ref().map(|id| id.age_on(born)), Ok(0));
    }

    #[test]
    fn no_text_makes_a_parser_fail_over(text in "\\PC{0,20}") {
        let _ = Uscc::parse(&text);
        let _ = OrgCode::parse(&text);
        let _ = LicenceNumber15::parse(&text);
        let _ = ResidentId::parse(&text, TODAY);
        let _ = PermanentResidentCard::parse(&text, TODAY);
        let _ = PassportNo::parse(&text);
        let _ = HkMacaoPermit::parse(&text);
        let _ = TaiwanPermit::parse(&text);
        let _ = BankCard::parse(&text);
        let _ = Cnaps::parse(&text);
        let _ = Mobile::parse(&text);
        let _ = PostalCode::parse(&text);
        let _ = Landline::parse(&text);
    }

    #[test]
    fn landlines_keep_their_canonical_form(text in "0[1-9][0-9]{1,2}-?[2-8][0-9]{6,7}(-[0-9]{1,6})?|[48]00-?[0-9]{3}-?[0-9]{4}") {
        if let Ok(line) = Landline::parse(&text) {
            prop_assert_eq!(Landline::parse(line.as_str()), Ok(line));
        }
    }
}

/// ISO 7064 promises every wrong digit and nearly all swaps for MOD 11,10; the share is fixed by the scheme. Which
/// swaps it misses depends on the digits around them, so the bodies are any digits, not our makers' unused ranges.
#[test]
fn hybrid_check_digits_catch_nearly_every_swap() {
    for length in [11, 14] {
        let (mut swaps, mut missed) = (0, 0);
        for seed in 0..5_000 {
            let body: Vec<u8> = testing::Draw(seed).digits(length).bytes().map(|byte| byte - b'0').collect();
            let whole: Vec<u8> = body.iter().copied().chain([checksum::mod_11_10(&body)]).collect();
            for index in 0..length {
                let mut swap = whole.clone();
                swap.swap(index, index + 1);
                if swap != whole {
                    swaps += 1;
                    missed += usize::from(checksum::mod_11_10(&swap[..length]) == swap[length]);
                }
            }
        }
        assert!(missed * 100 <= swaps * 3, "{missed} of {swaps} swaps missed among {length} digits");
    }
}
