//! Identifiers held to check lists of published examples, and to what people get wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use portal_domain::identifier::{
    BankCard, Cnaps, HkMacaoPermit, IdentifierError, Landline, LicenceNumber15, Mobile, OrgCode,
    OrganisationType, PassportNo, PermanentResidentCard, PostalCode, ResidentId, Sex, TaiwanPermit, Uscc,
    luhn_ok,
};
use serde_json::Value;

const TODAY: Date = date(2026, 1, 15);

fn list(vectors: &Value, name: &str) -> Vec<String> {
    let values = vectors["checks"][name].as_array().unwrap_or_else(|| panic!("no list {name}"));
    assert!(!values.is_empty(), "{name} is empty");
    values.iter().map(|value| value.as_str().expect("text").to_owned()).collect()
}

fn person(text: &str) -> Result<(), IdentifierError> {
    if text.starts_with('9') {
        PermanentResidentCard::parse(text, TODAY).map(|_| ())
    } else {
        ResidentId::parse(text, TODAY).map(|_| ())
    }
}

fn hold_to(vectors: &Value) {
    for text in list(vectors, "uscc_valid") {
        let code = Uscc::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(OrgCode::parse(&text[8..17]), Ok(code.org_code()));
    }
    for text in list(vectors, "uscc_invalid") {
        assert!(Uscc::parse(&text).is_err(), "{text}");
    }
    for text in list(vectors, "id_valid") {
        assert_eq!(person(&text), Ok(()), "{text}");
    }
    for text in list(vectors, "id_invalid") {
        assert_eq!(person(&text), Err(IdentifierError::CheckDigit), "{text}");
    }
    for text in list(vectors, "licence15_valid") {
        assert!(LicenceNumber15::parse(&text).is_ok(), "{text}");
    }
    for text in list(vectors, "cnaps_valid") {
        assert!(Cnaps::parse(&text).is_ok(), "{text}");
    }
    for text in list(vectors, "cnaps_invalid") {
        assert_eq!(Cnaps::parse(&text), Err(IdentifierError::CheckDigit), "{text}");
    }
    for text in list(vectors, "luhn_valid") {
        assert!(luhn_ok(&text) && BankCard::parse(&text).is_ok(), "{text}");
    }
    for text in list(vectors, "luhn_invalid_but_used_in_UMS_sandbox") {
        assert_eq!(BankCard::parse(&text), Err(IdentifierError::CheckDigit), "{text}");
    }
}

#[test]
fn identifiers_agree_with_the_check_lists() {
    hold_to(&serde_json::from_str(include_str!("vectors.json")).expect("our own fixture"));
}

/// The lists are kept outside the repository and may grow there: in a folder `shared` beside the clone, or in the
/// file that `PORTAL_SHARED_VECTORS` names. Our own copy has to hold whatever they hold, so that a clone without them
/// tests the same.
#[test]
fn our_copy_of_the_shared_check_lists_is_whole() {
    let Some(path) = shared_lists() else {
        println!("no shared check lists beside this clone: the copy in tests/vectors.json is what there is");
        return;
    };
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let shared: Value = serde_json::from_str(&text).expect("the shared vectors are JSON");
    hold_to(&shared);
    let own: Value = serde_json::from_str(include_str!("vectors.json")).expect("our own fixture");
    for (name, list) in shared["checks"].as_object().expect("checks by name") {
        // SM3 and SM4 are for acquirers' signatures, which this crate doesn't make.
        let (Some(list), false) = (list.as_array(), name.starts_with("sm")) else { continue };
        let kept =
            own["checks"][name].as_array().unwrap_or_else(|| panic!("tests/vectors.json lacks {name}"));
        for value in list {
            assert!(kept.contains(value), "tests/vectors.json lacks {value} of {name}");
        }
    }
}

fn shared_lists() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("PORTAL_SHARED_VECTORS") {
        return Some(named.into());
    }
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3)?;
    Some(beside.join("shared/vectors/domain_vectors.json")).filter(|path| path.is_file())
}

#[test]
fn a_credit_code_says_who_was_registered_where() {
    let code = Uscc::parse("91350100M000100Y43").unwrap();
    assert_eq!((code.department(), code.division(), code.org_code().as_str()), ('9', "350100", "M000100Y4"));
    assert_eq!(code.organisation_type(), OrganisationType::Enterprise);
    let shop = Uscc::parse("92650109MA79R8E308").unwrap();
    assert_eq!(shop.organisation_type(), OrganisationType::IndividualBusiness);
    let club = Uscc::parse("52610500MJU60350X1").unwrap();
    assert_eq!(club.organisation_type(), OrganisationType::SocialOrganisation);
}

#[test]
fn credit_code_errors_name_the_first_thing_wrong() {
    let error = |text: &str| Uscc::parse(text).unwrap_err();
    assert_eq!(error("91350100"), IdentifierError::Length { min: 18, max: 18, found: 8 });
    assert_eq!(error("91350100MO00100Y43"), IdentifierError::Character { position: 10 });
    assert_eq!(error("9135010AM000100Y43"), IdentifierError::Character { position: 8 });
    assert_eq!(error("91350100M000100Y44"), IdentifierError::CheckDigit);
    assert_eq!(error("９1350100M000100Y43"), IdentifierError::Character { position: 1 });
}

#[test]
fn a_resident_number_says_when_where_and_who() {
    let id = ResidentId::parse("11010519491231002X", TODAY).unwrap();
    assert_eq!(id.birth_date(), date(1949, 12, 31));
    assert_eq!((id.division(), id.sex(), id.is_residence_permit()), ("110105", Sex::Female, false));
    assert_eq!(id.age_on(date(2025, 12, 30)), 75);
    assert_eq!(id.age_on(date(2025, 12, 31)), 76);
    assert_eq!(id.age_on(date(1940, 1, 1)), 0);
    assert_eq!(ResidentId::parse("34052419800101001X", TODAY).unwrap().sex(), Sex::Male);
}

#[test]
fn resident_numbers_need_a_day_that_has_been() {
    // Right check digits throughout: only the dates and the province are wrong.
    for (text, expected) in [
        ("110105198002300015", IdentifierError::Date),
        ("110105189001010010", IdentifierError::Date),
        ("110105203001010019", IdentifierError::Date),
        ("990105198001010010", IdentifierError::Division),
    ] {
        let fixed = with_right_check_digit(text);
        assert_eq!(ResidentId::parse(&fixed, TODAY), Err(expected), "{fixed}");
    }
    let leap = with_right_check_digit("110105200002290010");
    assert!(ResidentId::parse(&leap, TODAY).is_ok());
    assert_eq!(ResidentId::parse(&leap, date(2000, 2, 28)), Err(IdentifierError::Date));
    assert_eq!(
        ResidentId::parse("110105491231002", TODAY),
        Err(IdentifierError::Length { min: 18, max: 18, found: 15 })
    );
    let taiwanese = with_right_check_digit("830000198001010010");
    assert!(ResidentId::parse(&taiwanese, TODAY).unwrap().is_residence_permit());
}

/// Exactly one of the eleven endings is right.
fn with_right_check_digit(text: &str) -> String {
    let right: Vec<String> = "0123456789X"
        .chars()
        .map(|check| format!("{}{check}", &text[..17]))
        .filter(|candidate| ResidentId::parse(candidate, TODAY) != Err(IdentifierError::CheckDigit))
        .collect();
    assert_eq!(right.len(), 1, "{right:?}");
    right[0].clone()
}

#[test]
fn a_permanent_resident_card_names_the_nationality() {
    let card = PermanentResidentCard::parse("932682198501010017", TODAY).unwrap();
    assert_eq!((card.nationality(), card.birth_date(), card.sex()), ("682", date(1985, 1, 1), Sex::Male));
    assert_eq!(PermanentResidentCard::parse("11010519491231002X", TODAY), Err(IdentifierError::Prefix));
}

#[test]
fn telephones() {
    assert!(Mobile::parse("15400000000").is_ok());
    assert_eq!(Mobile::parse("12345678901"), Err(IdentifierError::Prefix));
    assert_eq!(Mobile::parse("1540000000"), Err(IdentifierError::Length { min: 11, max: 11, found: 10 }));
    for (typed, canonical) in [
        ("0571-87654321", "0571-87654321"),
        ("057187654321", "0571-87654321"),
        ("0577-7654321", "0577-7654321"),
        ("01065432100-801", "010-65432100-801"),
        ("4001234567", "400-123-4567"),
        ("400-123-4567-8", "400-123-4567-8"),
        ("400-1234-567", "400-123-4567"),
        ("8001234567", "800-123-4567"),
    ] {
        assert_eq!(Landline::parse(typed).unwrap().as_str(), canonical, "{typed}");
    }
    for wrong in [
        "87654321",
        "010-1234567",
        "026-12345678",
        "0571-123",
        "0571-02345678",
        "0571-87654321-",
        "400-12",
        "0571a",
        "400-123-45678",
        "",
    ] {
        assert!(Landline::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn shapes_without_check_digits() {
    assert!(PostalCode::parse("100000").is_ok() && PostalCode::parse("999077").is_ok());
    assert!(PostalCode::parse("001234").is_err() && PostalCode::parse("912345").is_err());
    assert!(PassportNo::parse("E12345678").is_ok() && PassportNo::parse("ABCDEFGH").is_err());
    assert!(PassportNo::parse("e12345678").is_err() && PassportNo::parse("E123").is_err());
    assert!(HkMacaoPermit::parse("H12345678").is_ok() && HkMacaoPermit::parse("M1234567801").is_ok());
    assert!(HkMacaoPermit::parse("H123456789").is_err() && HkMacaoPermit::parse("X12345678").is_err());
    assert!(TaiwanPermit::parse("12345678").is_ok() && TaiwanPermit::parse("123456789").is_err());
}

#[test]
fn debug_forms_and_errors_do_not_show_the_number() {
    let id = ResidentId::parse("11010519491231002X", TODAY).unwrap();
    assert_eq!(format!("{id:?}"), "ResidentId(…)");
    let error = Uscc::parse("91350100M000100Y44").unwrap_err();
    assert_eq!((error.code(), error.to_string().contains("9135")), ("check_digit", false));
}
