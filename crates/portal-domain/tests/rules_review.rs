//! Returns open what they name and nothing else; what is met is never complained of.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use portal_domain::check::check;
use portal_domain::dossier::{Dossier, MerchantKind, Override, Slot};
use portal_domain::pointer::{self, document_pointers};
use portal_domain::problem::{Due, ProblemCode};
use portal_domain::profile::{self, Profile};
use portal_domain::requirement::requirements;
use portal_domain::review::{ReturnItem, ReturnReason, ReviewOutcome, diff_pointers, editable, violations};
use portal_domain::testing::{TODAY, defect, dossier};
use proptest::prelude::*;
use serde_json::Value;

fn lakala() -> &'static Profile {
    profile::lakala().expect("the built-in profile loads")
}

fn item(pointer: &str) -> ReturnItem {
    ReturnItem { pointer: pointer.to_owned(), reason: ReturnReason::Other, text: "see note".to_owned() }
}

fn company() -> Dossier {
    dossier(7, MerchantKind::Enterprise)
}

#[test]
fn a_return_opens_what_it_names_and_below() {
    let items =
        [item("/legal_person/id_number"), item("/shop"), item("/attachments/storefront/0"), item("/fees/1")];
    for open in [
        "/legal_person/id_number",
        "/shop",
        "/shop/address",
        "/attachments/storefront",
        "/attachments/storefront/0",
        "/attachments/storefront/2",
        "/fees/1/rate",
    ] {
        assert!(editable(open, &items), "{open}");
    }
    for shut in [
        "/legal_person/id_number_2",
        "/legal_person",
        "/legal_person/name",
        "/shops",
        "/attachments",
        "/attachments/interior",
        "/attachments/storefront_2",
        "/fees/10/rate",
        "/fees",
        "",
    ] {
        assert!(!editable(shut, &items), "{shut}");
    }
    assert!(!editable("/shop", &[]));
}

#[test]
fn the_reason_for_a_number_is_opened_with_the_number() {
    let old = company();
    let mut new = old.clone();
    new.overrides.push(Override { pointer: "/licence/number".to_owned(), reason: "as printed".to_owned() });
    assert_eq!(violations(&old, &new, &[item("/shop")]), ["/licence/number"]);
    assert_eq!(violations(&new, &old, &[item("/shop")]), ["/licence/number"]);
    assert!(violations(&old, &new, &[item("/licence/number")]).is_empty());
}

#[test]
fn differences_are_named_where_they_are() {
    let old = company();
    assert_eq!(diff_pointers(&old, &old), Vec::<String>::new());
    let mut new = old.clone();
    new.business.address.push('楼');
    new.fees[0].rate = Some(1);
    new.shop.mobile_trade = !old.shop.mobile_trade;
    new.attachments.remove(&Slot::Storefront);
    // An empty slot and an absent one are the same.
    new.attachments.insert(Slot::Lease, Vec::new());
    assert_eq!(
        diff_pointers(&old, &new),
        ["/business/address", "/shop/mobile_trade", "/fees/0/rate", "/attachments/storefront"]
    );
    new.fees.pop();
    assert!(diff_pointers(&old, &new).contains(&"/fees".to_owned()));
}

#[test]
fn an_answer_may_change_only_what_was_returned_and_consents() {
    let old = company();
    let items = [item("/business/address"), item("/attachments/storefront/0")];
    let mut new = old.clone();
    new.business.address.push('楼');
    new.attachments.get_mut(&Slot::Storefront).unwrap().remove(0);
    new.consents.clear();
    assert_eq!(violations(&old, &new, &items), Vec::<String>::new());
    new.settlement.number = "1".to_owned();
    new.attachments.remove(&Slot::Interior);
    new.attachments.remove(&Slot::LegalIdEmblem);
    let forbidden = violations(&old, &new, &items);
    assert!(forbidden.contains(&"/settlement/number".to_owned()));
    assert!(forbidden.contains(&"/attachments/legal_id_emblem".to_owned()));
    assert!(!forbidden.contains(&"/business/address".to_owned()));
}

#[test]
fn reasons_and_outcomes_keep_their_names() {
    let text = serde_json::to_value(ReviewOutcome::Returned { items: vec![item("/kind")] }).unwrap();
    assert_eq!(text["kind"], "returned");
    assert_eq!(text["items"][0]["reason"], "other");
    assert_eq!(
        serde_json::from_value::<ReviewOutcome>(text).unwrap(),
        ReviewOutcome::Returned { items: vec![item("/kind")] }
    );
    assert!(ReturnReason::ALL.iter().any(|reason| !reason.fits_photo()));
    assert!(ReturnReason::Blurred.fits_photo() && !ReturnReason::PhoneUnreachable.fits_photo());
    assert_eq!(item("/attachments/storefront/3").slot(), Some(Slot::Storefront));
    assert_eq!(item("/attachments/selfie").slot(), None);
    assert_eq!(item("/shop").slot(), None);
}

/// The document with some leaves emptied, as a half-filled draft.
fn thinned(dossier: &Dossier, keep: &[bool]) -> Dossier {
    let mut document = pointer::to_value(dossier);
    for (place, _) in document_pointers().iter().zip(keep).filter(|(_, keep)| !**keep) {
        if let Some(Value::String(text)) = document.pointer_mut(place)
            && !text.is_empty()
            && !place.ends_with("kind")
            && !place.ends_with("settler")
            && !place.contains("sha256")
            && !place.starts_with("/products")
            && !place.starts_with("/fees")
        {
            text.clear();
        }
    }
    let mut thin: Dossier = serde_json::from_value(document).unwrap();
    for (slot, _) in Slot::ALL.iter().zip(keep).filter(|(_, keep)| !**keep) {
        thin.attachments.remove(slot);
    }
    if !keep[0] {
        thin.kind = None;
    }
    thin
}

proptest! {
    /// A thing is missing exactly when it is due and not met, and what is there is never called missing.
    #[test]
    fn missing_is_what_is_due_and_not_met(
        seed in 0_u64..400,
        keep in prop::collection::vec(prop::bool::weighted(0.7), 200),
    ) {
        let draft = thinned(&dossier(seed, MerchantKind::ALL[(seed % 5) as usize]), &keep);
        let list = requirements(&draft, lakala());
        let missing = list.iter().filter(|requirement| requirement.due == Due::Now && !requirement.met).count();
        let found = check(&draft, lakala(), TODAY);
        let complaints = found.iter().filter(|problem| {
            matches!(problem.code, ProblemCode::Required | ProblemCode::PhotoMissing | ProblemCode::ConsentMissing)
        });
        prop_assert_eq!(complaints.clone().count(), missing);
        for problem in complaints {
            let met = list.iter().any(|requirement| {
                requirement.pointer == problem.pointer && requirement.met && requirement.params.is_empty()
            });
            prop_assert!(!met, "{:?}", problem);
        }
    }

    /// Filling in one more thing never makes another one missing that isn't decided by it.
    #[test]
    fn photographing_one_more_slot_only_takes_away(seed in 0_u64..400, slot in prop::sample::select(Slot::ALL.to_vec())) {
        let full = dossier(seed, MerchantKind::ALL[(seed % 5) as usize]);
        let mut less = full.clone();
        less.attachments.remove(&slot);
        let missing = |case: &Dossier| -> Vec<String> {
            requirements(case, lakala()).into_iter().filter(|r| !r.met).map(|r| r.pointer).collect()
        };
        let (before, after) = (missing(&less), missing(&full));
        prop_assert!(after.iter().all(|place| before.contains(place)));
        let gone = before.iter().filter(|place| !after.contains(place)).count();
        prop_assert_eq!(gone, usize::from(full.attachments.contains_key(&slot)));
    }

    /// Whatever two documents differ in, returning exactly that makes the change a fair answer.
    #[test]
    fn returning_what_differs_allows_it(seed in 0_u64..400) {
        let (broken, _) = defect(seed);
        let whole = dossier(seed, broken.kind.unwrap());
        let items: Vec<ReturnItem> = diff_pointers(&whole, &broken).iter().map(|place| item(place)).collect();
        prop_assert!(violations(&whole, &broken, &items).is_empty());
        for place in diff_pointers(&whole, &broken) {
            prop_assert!(pointer::exists(&place), "{}", place);
        }
    }
}
