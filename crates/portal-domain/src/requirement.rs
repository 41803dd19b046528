//! What an application needs: computed from merchant kind × products × profile, with reasons.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::dossier::Dossier;
use crate::problem::{Due, Requirement, RequirementReason};
use crate::profile::{Answer, ConsentRule, Need, Profile, SlotRule};
use crate::{branch, pointer};

/// Every requirement of this document under this profile, met or not, in document order: fields, fees, consents,
/// then photo slots.
pub fn requirements(dossier: &Dossier, profile: &Profile) -> Vec<Requirement> {
    let document = pointer::to_value(dossier);
    let mut list: Vec<Requirement> = ["/kind", "/products"]
        .into_iter()
        .map(|choice| always(choice, pointer::is_filled(&document, choice)))
        .collect();
    list.extend(fields(dossier, profile, &document));
    list.extend(fees(dossier, profile));
    list.extend(profile.consents.iter().filter_map(|rule| consent(dossier, rule)));
    list.extend(profile.slots.iter().filter_map(|rule| slot(dossier, rule)));
    list.sort_by_cached_key(|requirement| pointer::order(&requirement.pointer));
    list
}

fn fields(dossier: &Dossier, profile: &Profile, document: &Value) -> Vec<Requirement> {
    profile
        .fields
        .iter()
        .flat_map(|rule| {
            pointer::elements(&rule.pointer, document).into_iter().filter_map(|place| {
                let met = pointer::is_filled(document, &place);
                need(dossier, &rule.needs, &place, met)
            })
        })
        .collect()
}

fn slot(dossier: &Dossier, rule: &SlotRule) -> Option<Requirement> {
    let count = dossier.attachments.get(&rule.slot).map_or(0, Vec::len);
    need(dossier, &rule.needs, &pointer::slot(rule.slot), count >= rule.min_count as usize)
}

/// One requirement for each fee of the chosen products, whose places in the list say nothing about which is which.
fn fees(dossier: &Dossier, profile: &Profile) -> Vec<Requirement> {
    if dossier.products.is_empty() {
        return vec![Requirement {
            due: Due::Blocked,
            reason: RequirementReason::Product,
            blocked_by: Some("/products".to_owned()),
            ..always("/fees", false)
        }];
    }
    profile
        .fees_for(&dossier.products)
        .into_iter()
        .map(|rule| {
            let agreed = dossier.fees.iter().any(|fee| fee.service == rule.service && fee.rate.is_some());
            Requirement {
                reason: RequirementReason::Product,
                params: BTreeMap::from([("service".to_owned(), rule.service.as_str().to_owned())]),
                ..always("/fees", agreed)
            }
        })
        .collect()
}

fn consent(dossier: &Dossier, rule: &ConsentRule) -> Option<Requirement> {
    let given =
        dossier.consents.iter().any(|consent| consent.id == rule.id && consent.version == rule.version);
    let (due, blocked_by) = match rule.when.answer(dossier) {
        Answer::Holds => (Due::Now, None),
        Answer::Open(choice) => (Due::Blocked, Some(choice.to_owned())),
        Answer::Fails => return None,
    };
    let params = BTreeMap::from([("id".to_owned(), rule.id.clone())]);
    Some(Requirement { due, blocked_by, params, ..always("/consents", given) })
}

/// The requirement that a rule's needs come to: the first that holds; none that holds, but one that is still open,
/// is blocked by the choice that would decide it.
fn need(dossier: &Dossier, needs: &[Need], place: &str, met: bool) -> Option<Requirement> {
    if !branch::counts(dossier, place) {
        return None;
    }
    let mut open = None;
    for need in needs {
        match need.when.answer(dossier) {
            Answer::Fails => {}
            Answer::Holds => {
                let due = if need.later { Due::Later } else { Due::Now };
                return Some(Requirement { due, reason: need.reason, ..always(place, met) });
            }
            Answer::Open(choice) => {
                open.get_or_insert(Requirement {
                    due: Due::Blocked,
                    reason: need.reason,
                    blocked_by: Some(choice.to_owned()),
                    ..always(place, met)
                });
            }
        }
    }
    open
}

fn always(place: &str, met: bool) -> Requirement {
    Requirement {
        pointer: place.to_owned(),
        due: Due::Now,
        reason: RequirementReason::Always,
        met,
        blocked_by: None,
        params: BTreeMap::new(),
    }
}
