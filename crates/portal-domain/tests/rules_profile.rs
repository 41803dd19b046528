//! Profile files: what makes one unusable is named, and the built-in ones hold together.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use portal_domain::dossier::{Dossier, FeeService, MerchantKind, Product, Slot};
use portal_domain::problem::{Due, RequirementReason};
use portal_domain::profile::{self, Profile, ProfileError, load};
use portal_domain::requirement::requirements;
use portal_domain::testing::dossier;
use portal_domain::{mcc, track::Track};
use serde_json::{Value, json};

fn lakala() -> &'static Profile {
    profile::lakala().expect("the built-in profile loads")
}

/// Lakala's file with the value at `pointer` replaced.
fn changed(pointer: &str, value: Value) -> Result<Profile, ProfileError> {
    let mut file: Value = serde_json::to_value(lakala()).unwrap();
    *file.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
    load(&file.to_string())
}

#[test]
fn every_built_in_profile_loads_and_is_found_by_its_version() {
    assert_eq!(profile::builtin().len(), profile::BUILTIN_FILES.len());
    for (json, profile) in profile::BUILTIN_FILES.iter().zip(profile::builtin()) {
        assert_eq!(&load(json).unwrap(), profile);
        assert_eq!(profile::builtin_version(&profile.id, &profile.version), Some(profile));
        assert_eq!(profile::builtin_version(&profile.id, "1999.1"), None);
        assert!(profile::builtin_profile(&profile.id).is_some());
    }
    assert!(profile::builtin_profile("nobody").is_none());
}

#[test]
fn lakala_speaks_of_everything_that_the_document_can_hold() {
    let profile = lakala();
    for slot in Slot::ALL {
        assert!(profile.slot(slot).is_some(), "{slot:?}");
    }
    for product in Product::ALL {
        assert!(!profile.product(product).unwrap().kinds.is_empty());
    }
    for service in FeeService::ALL {
        assert!(profile.fee(service).is_some(), "{service:?}");
        assert_eq!(serde_json::to_value(service).unwrap(), service.as_str());
    }
    for kind in MerchantKind::ALL {
        assert!(!profile.account(kind).unwrap().accounts.is_empty());
    }
    let needs = profile.slots.iter().flat_map(|rule| &rule.needs);
    for code in needs.filter_map(|need| need.when.mcc.as_ref()).flatten() {
        assert!(mcc::get(code).is_some(), "{code} is in no table");
    }
}

#[test]
fn names_what_makes_a_profile_unusable() {
    let cases: Vec<(&str, Value, &str)> = vec![
        (
            "/fields/0/pointer",
            json!("/business/nickname"),
            "UnknownPointer { pointer: \"/business/nickname\" }",
        ),
        (
            "/fields/1/pointer",
            json!("/business/registered_name"),
            "Duplicate { what: \"\\\"/business/registered_name\\\"\" }",
        ),
        ("/fields/0/max_chars", json!(1), "EmptyRange { what: \"/business/registered_name\" }"),
        ("/products/0/product", json!("smart_pos"), "Duplicate { what: \"SmartPos\" }"),
        ("/products/0/fees", json!(["wechat", "wechat"]), "Duplicate { what: \"Wechat\" }"),
        ("/slots/0/max_count", json!(0), "EmptyRange { what: \"business_licence\" }"),
        ("/slots/0/send_bytes", json!(6_000_000), "EmptyRange { what: \"business_licence\" }"),
        ("/slots/0/guide/en", json!(" "), "Empty { what: \"guide to BusinessLicence (en)\" }"),
        ("/fees/0/min_rate", json!(9000), "EmptyRange { what: \"DebitCard\" }"),
        ("/fees/0/default_cap_fen", json!(1), "EmptyRange { what: \"DebitCard\" }"),
        ("/limits/max_terminals", json!(0), "EmptyRange { what: \"the number of terminals\" }"),
        ("/limits/legal_person_min_age", json!(90), "EmptyRange { what: \"the legal person's age\" }"),
        ("/consents/1/id", json!("privacy_notice"), "Duplicate { what: \"\\\"privacy_notice\\\"\" }"),
        ("/version", json!(""), "Empty { what: \"version\" }"),
        ("/tracks", json!([{"track": "review", "after": ["contract"]}]), "UnknownTrack { track: Contract }"),
        ("/tracks/1/after", json!(["settlement"]), "Cycle { track: Contract }"),
        ("/tracks/0", json!({"track": "review", "after": ["review"]}), "Cycle { track: Review }"),
        ("/fees", json!([]), "UnknownFee { service: DebitCard }"),
    ];
    for (pointer, value, expected) in cases {
        let error = changed(pointer, value).expect_err(pointer);
        assert_eq!(format!("{error:?}"), expected, "{pointer}");
    }
    for json in ["", "{}", "[1]", "{\"id\": \"lakala\"}"] {
        assert!(matches!(load(json), Err(ProfileError::Json(_))), "{json}");
    }
    assert!(matches!(changed("/slots/0/slot", json!("selfie")), Err(ProfileError::Json(_))));
}

#[test]
fn says_why_and_when_each_thing_is_asked_for() {
    let asked = |dossier: &Dossier, pointer: &str| {
        requirements(dossier, lakala())
            .into_iter()
            .find(|requirement| requirement.pointer == pointer)
            .map(|requirement| (requirement.due, requirement.reason, requirement.blocked_by))
    };
    let mut draft = Dossier::default();
    let blocked = |reason, by: &str| Some((Due::Blocked, reason, Some(by.to_owned())));
    assert_eq!(asked(&draft, "/kind"), Some((Due::Now, RequirementReason::Always, None)));
    assert_eq!(asked(&draft, "/licence/number"), blocked(RequirementReason::MerchantKind, "/kind"));
    assert_eq!(asked(&draft, "/fees"), blocked(RequirementReason::Product, "/products"));
    assert_eq!(
        asked(&draft, "/attachments/bank_card_front"),
        blocked(RequirementReason::AccountKind, "/settlement/kind")
    );
    assert_eq!(
        asked(&draft, "/attachments/special_qualification"),
        blocked(RequirementReason::Trade, "/business/mcc")
    );

    draft.kind = Some(MerchantKind::Micro);
    assert_eq!(asked(&draft, "/licence/number"), None);
    assert_eq!(
        asked(&draft, "/attachments/holding_id"),
        Some((Due::Now, RequirementReason::MerchantKind, None))
    );

    draft.kind = Some(MerchantKind::Enterprise);
    draft.business.mcc = "5812".to_owned();
    draft.settlement.kind = Some(portal_domain::dossier::AccountKind::Corporate);
    draft.settlement.to_be_opened = true;
    let later = Some((Due::Later, RequirementReason::AccountKind, None));
    assert_eq!(asked(&draft, "/settlement/number"), later);
    assert_eq!(asked(&draft, "/attachments/account_permit"), later);
    assert_eq!(
        asked(&draft, "/attachments/special_qualification"),
        Some((Due::Now, RequirementReason::Trade, None))
    );
    assert_eq!(asked(&draft, "/licence/organisation_code"), None);
    draft.licence.separate_certificates = true;
    assert_eq!(
        asked(&draft, "/licence/organisation_code"),
        Some((Due::Now, RequirementReason::SeparateCertificates, None))
    );

    draft.products = vec![Product::TraditionalPos];
    let fees: BTreeSet<String> = requirements(&draft, lakala())
        .into_iter()
        .filter(|requirement| requirement.pointer == "/fees")
        .map(|requirement| requirement.params["service"].clone())
        .collect();
    assert_eq!(fees, BTreeSet::from(["debit_card".to_owned(), "credit_card".to_owned()]));
}

#[test]
fn a_complete_application_meets_everything_that_is_due() {
    for seed in 0..100 {
        let application = dossier(seed, MerchantKind::ALL[(seed % 5) as usize]);
        let list = requirements(&application, lakala());
        for requirement in &list {
            assert!(requirement.due != Due::Blocked, "{seed} {requirement:?}");
            assert!(requirement.due == Due::Later || requirement.met, "{seed} {requirement:?}");
        }
        let order = list.iter().map(|requirement| portal_domain::pointer::order(&requirement.pointer));
        assert!(order.is_sorted());
    }
}

#[test]
fn a_simple_shop_with_a_code_needs_six_photos() {
    let mut shop = dossier(2590, MerchantKind::SoleProprietor);
    shop.attachments.clear();
    let photos: Vec<String> = requirements(&shop, lakala())
        .into_iter()
        .filter(|requirement| requirement.due == Due::Now && !requirement.met)
        .map(|requirement| requirement.pointer)
        .collect();
    assert_eq!(
        photos,
        [
            "/attachments/business_licence",
            "/attachments/legal_id_portrait",
            "/attachments/legal_id_emblem",
            "/attachments/bank_card_front",
            "/attachments/storefront",
            "/attachments/interior",
        ]
    );
}

#[test]
fn tracks_open_as_lakala_orders_them() {
    let order: Vec<Track> = lakala().tracks.iter().map(|rule| rule.track).collect();
    assert_eq!(order.first(), Some(&Track::Review));
    assert_eq!(order.last(), Some(&Track::Activation));
    let last = lakala().tracks.last().unwrap();
    assert_eq!(last.after.len(), Track::ALL.len() - 1, "activation waits for every other track");
}
