//! The check against generated applications: clean ones pass, planted defects are found where they are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use portal_domain::check::{check, clean, is_submittable, only_photos_missing, overrides_in_force};
use portal_domain::dossier::{
    AccountKind, Dossier, IdKind, LONG_TERM, MerchantKind, Override, Product, SettlerKind, Slot,
};
use portal_domain::pointer;
use portal_domain::problem::{Problem, ProblemCode, Severity};
use portal_domain::profile::{self, Profile};
use portal_domain::testing::{self, TODAY, defect, defect_kinds, dossier};
use proptest::prelude::*;

fn lakala() -> &'static Profile {
    profile::lakala().expect("the built-in profile loads")
}

fn problems(dossier: &Dossier) -> Vec<Problem> {
    check(dossier, lakala(), TODAY)
}

fn blocking(dossier: &Dossier) -> Vec<(String, ProblemCode)> {
    problems(dossier).into_iter().filter(Problem::is_blocking).map(|p| (p.pointer, p.code)).collect()
}

fn kind(seed: u64) -> MerchantKind {
    MerchantKind::ALL[(seed % 5) as usize]
}

/// A clean application by this kind that also answers `wanted`.
fn some(kind: MerchantKind, wanted: impl Fn(&Dossier) -> bool) -> Dossier {
    (0..500).map(|seed| dossier(seed, kind)).find(wanted).expect("500 seeds hold every answer")
}

#[test]
fn finds_planted_defects_and_blocks_nothing_else() {
    let missed: Vec<String> = (0..200)
        .filter_map(|seed| {
            let (dossier, planted) = defect(seed);
            let found = blocking(&dossier);
            let hit = found.contains(&(planted.pointer.clone(), planted.code));
            (!hit).then(|| format!("{seed} {planted:?}, found {found:?}"))
        })
        .collect();
    let falsely: Vec<String> = (0..400)
        .filter_map(|seed| {
            let found = blocking(&dossier(seed, kind(seed)));
            (!found.is_empty()).then(|| format!("{seed} {found:?}"))
        })
        .collect();
    println!("defects found {}/200, clean applications blocked {}/400", 200 - missed.len(), falsely.len());
    assert!(missed.len() <= 10, "{missed:#?}");
    assert!(falsely.len() <= 4, "{falsely:#?}");
}

#[test]
fn plants_many_kinds_of_defect_and_repeats_itself() {
    let names: BTreeSet<&str> = (0..defect_kinds()).map(|seed| defect(seed).1.name).collect();
    assert!(names.len() >= 25 && names.len() as u64 == defect_kinds());
    assert_eq!(defect(17), defect(17));
    assert_eq!(dossier(5, MerchantKind::Enterprise), dossier(5, MerchantKind::Enterprise));
    assert_ne!(dossier(5, MerchantKind::Enterprise), dossier(6, MerchantKind::Enterprise));
}

#[test]
fn clean_applications_stay_valid_for_years() {
    for (year, month) in [(2025, 1), (2030, 6), (2035, 12)] {
        let day = jiff::civil::date(year, month, 20);
        for seed in 0..50 {
            let found = check(&dossier(seed, kind(seed)), lakala(), day);
            assert!(is_submittable(&found), "{day} {seed} {found:?}");
        }
    }
}

#[test]
fn an_empty_draft_is_asked_for_its_choices_first() {
    let found = problems(&Dossier::default());
    assert_eq!((found[0].pointer.as_str(), found[0].code), ("/kind", ProblemCode::Required));
    assert_eq!((found[1].pointer.as_str(), found[1].code), ("/products", ProblemCode::Required));
    assert!(!is_submittable(&found));
    assert!(!only_photos_missing(&found));
    // What depends on the kind isn't demanded before the kind is chosen.
    assert!(!found.iter().any(|problem| problem.pointer.starts_with("/licence")));
}

#[test]
fn photos_alone_missing_is_told_apart() {
    let mut application = dossier(1, MerchantKind::SoleProprietor);
    application.attachments.remove(&Slot::Storefront);
    application.consents.clear();
    assert!(only_photos_missing(&problems(&application)));
    application.contact.name.clear();
    assert!(!only_photos_missing(&problems(&application)));
    assert!(!only_photos_missing(&problems(&dossier(1, MerchantKind::SoleProprietor))));
}

#[test]
fn parts_put_aside_are_neither_asked_for_nor_checked() {
    let mut micro = dossier(3, MerchantKind::Micro);
    micro.licence.number = "nonsense".to_owned();
    micro.licence.valid_until = "yesterday".to_owned();
    micro.beneficial_owners = vec![portal_domain::dossier::BeneficialOwner::default()];
    assert_eq!(blocking(&micro), []);

    let mut own = some(MerchantKind::SoleProprietor, |d| {
        d.settlement.kind == Some(AccountKind::Private) && d.settlement.settler == SettlerKind::LegalPerson
    });
    own.settlement.settler_person.mobile = "1".to_owned();
    let copy = own.attachments[&Slot::LegalIdPortrait].clone();
    own.attachments.insert(Slot::SettlerIdPortrait, copy);
    assert_eq!(blocking(&own), []);

    let mut same_place = some(MerchantKind::Enterprise, |d| d.shop.same_as_registered);
    same_place.shop.division = "999999".to_owned();
    assert_eq!(blocking(&same_place), []);
    same_place.shop.same_as_registered = false;
    assert!(blocking(&same_place).contains(&("/shop/division".to_owned(), ProblemCode::UnknownDivision)));
}

#[test]
fn an_account_to_be_opened_is_due_later() {
    let mut company = some(MerchantKind::Enterprise, |d| !d.settlement.to_be_opened);
    company.settlement.to_be_opened = true;
    company.settlement.number = "old, unknown".to_owned();
    company.settlement.holder.clear();
    company.attachments.remove(&Slot::AccountPermit);
    assert_eq!(blocking(&company), []);
    let mut office = dossier(2, MerchantKind::PublicInstitution);
    office.settlement.to_be_opened = true;
    assert_eq!(blocking(&office), [("/settlement/to_be_opened".to_owned(), ProblemCode::NotOffered)]);
}

#[test]
fn check_digits_without_a_standard_only_warn() {
    let mut company = some(MerchantKind::Enterprise, |d| !d.settlement.to_be_opened);
    let wrong = if company.settlement.branch_code.ends_with('0') { "1" } else { "0" };
    company.settlement.branch_code.replace_range(11..12, wrong);
    let warned = |d: &Dossier, place: &str| {
        problems(d)
            .into_iter()
            .find(|problem| problem.pointer == place)
            .map(|problem| (problem.code, problem.severity))
    };
    let bad_digit = Some((ProblemCode::BadCheckDigit, Severity::Warning));
    assert_eq!(warned(&company, "/settlement/branch_code"), bad_digit);

    // A passbook: not a card number, no Luhn digit.
    let mut shop = some(MerchantKind::SoleProprietor, |d| d.settlement.kind == Some(AccountKind::Private));
    shop.settlement.number = "1102020101000123457".to_owned();
    assert_eq!(warned(&shop, "/settlement/number"), bad_digit);

    // An acquirer's sandbox has invalid sample numbers.
    let mut sandbox = lakala().clone();
    sandbox.limits.checksums_block = false;
    let (seed, _) =
        (0..).map(|seed| (seed, defect(seed).1)).find(|(_, d)| d.code == ProblemCode::BadCheckDigit).unwrap();
    let (broken, _) = defect(seed);
    assert!(!is_submittable(&problems(&broken)));
    assert!(is_submittable(&check(&broken, &sandbox, TODAY)));
}

#[test]
fn papers_warn_before_they_expire_and_count_to_their_last_day() {
    let mut application = dossier(4, MerchantKind::Enterprise);
    let until = |application: &mut Dossier, date: &str| {
        application.legal_person.id_valid_until = date.to_owned();
        problems(application)
            .into_iter()
            .find(|problem| problem.pointer == "/legal_person/id_valid_until")
            .map(|problem| (problem.code, problem.params.get("days").cloned()))
    };
    let soon = |days: &str| Some((ProblemCode::ExpiresSoon, Some(days.to_owned())));
    assert_eq!(until(&mut application, "2026-03-02"), soon("0"));
    assert_eq!(until(&mut application, "2026-04-01"), soon("30"));
    assert_eq!(until(&mut application, "2026-04-02"), None);
    assert_eq!(until(&mut application, "2026-03-01"), Some((ProblemCode::Expired, None)));
    assert_eq!(until(&mut application, LONG_TERM), None);
}

#[test]
fn names_are_compared_as_people_read_them() {
    let mut company = some(MerchantKind::Enterprise, |d| !d.settlement.to_be_opened);
    company.business.registered_name = "青禾（浙江）ABC有限公司".to_owned();
    company.licence.name = "青禾(浙江)abc 有限公司".to_owned();
    company.settlement.holder = "青禾（浙江）ＡＢＣ有限公司".to_owned();
    assert_eq!(blocking(&company), []);
}

#[test]
fn a_code_of_another_kind_or_province_warns() {
    let mut shop = dossier(9, MerchantKind::SoleProprietor);
    shop.licence.number = portal_domain::identifier::testing::uscc(1);
    let found = problems(&shop);
    let unlikely = found.iter().find(|problem| problem.pointer == "/licence/number").unwrap();
    assert_eq!((unlikely.code, unlikely.severity), (ProblemCode::Unlikely, Severity::Warning));
    assert_eq!(unlikely.params["other"], "/kind");
    assert!(is_submittable(&found));
}

#[test]
fn a_category_that_the_scope_does_not_speak_of_warns() {
    let mut company = dossier(2, MerchantKind::Enterprise);
    let mut warned_with = |mcc: &str, scope: &str| {
        company.business.mcc = mcc.to_owned();
        company.licence.scope = scope.to_owned();
        // Some of these trades need a permit as well: that is another matter.
        let found = problems(&company);
        let problem = found.iter().find(|problem| problem.pointer == "/business/mcc")?;
        Some((problem.severity, problem.code, problem.params["other"].clone()))
    };
    let warning = Some((Severity::Warning, ProblemCode::Unlikely, "/licence/scope".to_owned()));
    assert_eq!(warned_with("5812", "软件开发；信息技术咨询服务"), warning);
    assert_eq!(warned_with("5411", "软件开发；信息技术咨询服务"), warning);
    assert_eq!(warned_with("8021", "日用百货零售"), warning);
    assert_eq!(warned_with("5812", "小吃服务；卷烟零售"), None);
    assert_eq!(warned_with("5411", "日用百货零售"), None);
    // Trades without usual words, and a scope that nobody typed, say nothing.
    assert_eq!(warned_with("7230", "软件开发"), None);
    assert_eq!(warned_with("5812", " "), None);
    for seed in 0..200 {
        let found = problems(&dossier(seed, kind(seed)));
        assert!(!found.iter().any(|problem| problem.pointer == "/business/mcc"), "{seed} {found:?}");
    }
}

#[test]
fn problems_come_in_document_order_without_personal_data() {
    for seed in 0..defect_kinds() {
        let (mut broken, _) = defect(seed);
        broken.products.push(Product::QrPlate);
        broken.contact.mobile = "15".to_owned();
        let found = problems(&broken);
        let places: Vec<_> = found.iter().map(|problem| pointer::order(&problem.pointer)).collect();
        assert!(places.is_sorted(), "{found:?}");
        let text = serde_json::to_string(&found).unwrap();
        for value in [&broken.legal_person.name, &broken.legal_person.id_number, &broken.settlement.number] {
            assert!(value.chars().count() < 2 || !text.contains(value.as_str()), "{text}");
        }
    }
}

#[test]
fn cleaning_repairs_typing_and_leaves_clean_applications_alone() {
    for seed in 0..100 {
        let original = dossier(seed, kind(seed));
        let mut cleaned = original.clone();
        clean(&mut cleaned);
        assert_eq!(cleaned, original, "{seed}");
    }
    let original = some(MerchantKind::Enterprise, |d| d.legal_person.id_kind == IdKind::ResidentId);
    let mut typed = original.clone();
    let wide = |text: &str| -> String {
        text.chars()
            .map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xFEE0).unwrap() } else { c })
            .collect()
    };
    typed.legal_person.id_number = wide(&original.legal_person.id_number).to_lowercase();
    typed.legal_person.mobile = format!("+86 {}", original.legal_person.mobile);
    typed.licence.number = format!(" {} ", original.licence.number.to_lowercase());
    typed.licence.valid_from = original.licence.valid_from.replace('-', "/");
    typed.settlement.number = original.settlement.number.chars().map(|c| format!("{c} ")).collect();
    clean(&mut typed);
    assert_eq!(typed, original);
}

#[test]
fn the_schema_of_the_case_file_names_every_part() {
    let schema = serde_json::to_value(schemars::schema_for!(Dossier)).unwrap();
    for part in
        ["kind", "products", "business", "licence", "legal_person", "shop", "settlement", "attachments"]
    {
        assert!(schema.pointer(&format!("/properties/{part}")).is_some(), "{part}");
    }
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn the_example_is_a_case_that_lacks_only_photos_and_consents() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/examples/case.json");
    let mut example = testing::dossier(2590, MerchantKind::SoleProprietor);
    example.attachments.clear();
    example.consents.clear();
    let expected = format!("{}\n", serde_json::to_string_pretty(&example).unwrap());
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        std::fs::write(path, &expected).unwrap();
    }
    let text = std::fs::read_to_string(path).unwrap();
    assert_eq!(text, expected, "run this test with UPDATE_EXAMPLES=1");
    let parsed: Dossier = serde_json::from_str(&text).unwrap();
    let found = blocking(&parsed);
    assert!(!found.is_empty());
    for (pointer, code) in found {
        assert!(
            matches!(code, ProblemCode::PhotoMissing | ProblemCode::ConsentMissing),
            "{pointer} {code:?}"
        );
    }
}

/// What people and files may hold: digits, letters, full-width forms, separators, and odd characters.
fn anything() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{0,24}", "[0-9０-９A-Za-z -]{0,20}", "[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Nothing that was typed makes the check or the cleaning fail, and cleaning twice is cleaning once.
    #[test]
    fn takes_whatever_is_typed(seed in 0_u64..50, typed in prop::collection::vec(anything(), 60)) {
        let mut document = pointer::to_value(&dossier(seed, kind(seed)));
        let fields = pointer::document_pointers().iter().filter(|place| !place.starts_with("/consents"));
        let mut typed = typed.into_iter().cycle();
        for place in fields {
            let is_choice = place.ends_with("kind") || place.ends_with("settler") || place.ends_with("service");
            if let Some(serde_json::Value::String(text)) = document.pointer_mut(place)
                && !is_choice
                && !place.starts_with("/products")
            {
                *text = typed.next().unwrap_or_default();
            }
        }
        let mut wild: Dossier = serde_json::from_value(document).expect("still a case");
        prop_assert!(!is_submittable(&problems(&wild)));
        clean(&mut wild);
        let cleaned = wild.clone();
        clean(&mut wild);
        prop_assert_eq!(&wild, &cleaned);
        for problem in problems(&wild) {
            prop_assert!(pointer::exists(&problem.pointer), "{}", problem.pointer);
        }
    }
}

fn kept(pointer: &str, reason: &str) -> Override {
    Override { pointer: pointer.to_owned(), reason: reason.to_owned() }
}

#[test]
fn a_wrong_check_digit_with_a_reason_only_warns_and_nothing_else_does() {
    let mut seen = 0;
    for seed in 0..400 {
        let (mut dossier, planted) = defect(seed);
        // A swap that Luhn's sum can't see.
        if is_submittable(&problems(&dossier)) {
            continue;
        }
        dossier.overrides = vec![kept(&planted.pointer, "\u{3000}")];
        assert!(!is_submittable(&problems(&dossier)), "{planted:?}");
        dossier.overrides = vec![kept(&planted.pointer, "证件原件如此")];
        let in_force = overrides_in_force(&dossier, lakala(), TODAY);
        if planted.code == ProblemCode::BadCheckDigit {
            seen += 1;
            assert!(is_submittable(&problems(&dossier)), "{planted:?}");
            assert_eq!(in_force, [&dossier.overrides[0]]);
        } else {
            assert!(!is_submittable(&problems(&dossier)), "{planted:?}");
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn a_reason_is_for_a_place_of_the_document_once_and_short() {
    let mut dossier = dossier(1, MerchantKind::Enterprise);
    dossier.overrides = vec![
        kept("/licence/number", "证件原件如此"),
        kept("/licence/number", &"长".repeat(201)),
        kept("/licence/colour", "证件原件如此"),
    ];
    assert!(overrides_in_force(&dossier, lakala(), TODAY).is_empty(), "the number is right");
    let expected = [
        ("/overrides/1/pointer", ProblemCode::Duplicate),
        ("/overrides/2/pointer", ProblemCode::BadFormat),
        ("/overrides/1/reason", ProblemCode::TooLong),
    ];
    assert_eq!(blocking(&dossier), expected.map(|(pointer, code)| (pointer.to_owned(), code)));
}
