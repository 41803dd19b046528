//! What must be true of a profile before rules may rely on it.

use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::Hash;

use super::{FeeRule, FieldRule, Limits, Profile, ProfileError, SlotRule, Text, TrackRule};
use crate::pointer;
use crate::track::Track;

pub(super) fn validate(profile: &Profile) -> Result<(), ProfileError> {
    names(profile)?;
    no_duplicates(profile)?;
    profile.fields.iter().try_for_each(field)?;
    profile.slots.iter().try_for_each(slot)?;
    profile.fees.iter().try_for_each(fee)?;
    limits(&profile.limits)?;
    for service in profile.products.iter().flat_map(|product| &product.fees) {
        if profile.fee(*service).is_none() {
            return Err(ProfileError::UnknownFee { service: *service });
        }
    }
    tracks(&profile.tracks)
}

fn names(profile: &Profile) -> Result<(), ProfileError> {
    filled("id", &profile.id)?;
    filled("version", &profile.version)?;
    text("name", &profile.name)?;
    for product in &profile.products {
        text(&format!("name of {:?}", product.product), &product.name)?;
    }
    for (field, option) in
        profile.fields.iter().flat_map(|field| field.options.iter().map(move |option| (field, option)))
    {
        filled(&format!("code of {}", field.pointer), &option.code)?;
        text(&format!("name of {} in {}", option.code, field.pointer), &option.name)?;
    }
    for slot in &profile.slots {
        text(&format!("name of {:?}", slot.slot), &slot.name)?;
        text(&format!("guide to {:?}", slot.slot), &slot.guide)?;
    }
    for fee in &profile.fees {
        text(&format!("name of {:?}", fee.service), &fee.name)?;
    }
    for consent in &profile.consents {
        filled("consent id", &consent.id)?;
        filled(&format!("version of {}", consent.id), &consent.version)?;
        text(&format!("title of {}", consent.id), &consent.title)?;
        text(&format!("text of {}", consent.id), &consent.text)?;
    }
    Ok(())
}

fn text(what: &str, text: &Text) -> Result<(), ProfileError> {
    filled(&format!("{what} (zh)"), &text.zh)?;
    filled(&format!("{what} (en)"), &text.en)
}

fn filled(what: &str, value: &str) -> Result<(), ProfileError> {
    if value.trim().is_empty() { Err(ProfileError::Empty { what: what.to_owned() }) } else { Ok(()) }
}

fn no_duplicates(profile: &Profile) -> Result<(), ProfileError> {
    unique(profile.products.iter().map(|rule| rule.product))?;
    for product in &profile.products {
        unique(product.kinds.iter())?;
        unique(product.fees.iter())?;
    }
    unique(profile.fields.iter().map(|rule| &rule.pointer))?;
    for field in &profile.fields {
        unique(field.options.iter().map(|option| &option.code))?;
    }
    unique(profile.slots.iter().map(|rule| rule.slot))?;
    unique(profile.fees.iter().map(|rule| rule.service))?;
    unique(profile.consents.iter().map(|rule| &rule.id))?;
    unique(profile.accounts.iter().map(|rule| rule.kind))?;
    for account in &profile.accounts {
        unique(account.accounts.iter())?;
    }
    unique(profile.tracks.iter().map(|rule| rule.track))
}

fn unique<T: Eq + Hash + Debug>(items: impl Iterator<Item = T>) -> Result<(), ProfileError> {
    let mut seen = HashSet::new();
    for item in items {
        let what = format!("{item:?}");
        if !seen.insert(item) {
            return Err(ProfileError::Duplicate { what });
        }
    }
    Ok(())
}

fn field(rule: &FieldRule) -> Result<(), ProfileError> {
    // The general form of the pointer is the one that `Profile::field` finds.
    if !pointer::document_pointers().contains(&rule.pointer) {
        return Err(ProfileError::UnknownPointer { pointer: rule.pointer.clone() });
    }
    for forbidden in &rule.forbidden {
        filled(&format!("forbidden word of {}", rule.pointer), &forbidden.word)?;
    }
    let min = rule.min_chars.unwrap_or(0);
    range(&rule.pointer, min <= rule.max_chars.unwrap_or(u32::MAX))
}

fn slot(rule: &SlotRule) -> Result<(), ProfileError> {
    let counts = rule.min_count >= 1 && rule.min_count <= rule.max_count;
    range(rule.slot.as_str(), counts && rule.send_bytes >= 1 && rule.send_bytes <= rule.max_bytes)
}

fn fee(rule: &FeeRule) -> Result<(), ProfileError> {
    let rate = (rule.min_rate..=rule.max_rate).contains(&rule.default_rate);
    let cap = match (rule.min_cap_fen, rule.default_cap_fen) {
        (_, None) => true,
        (Some(min), Some(default)) => min <= default,
        (None, Some(_)) => false,
    };
    range(&format!("{:?}", rule.service), rate && cap)
}

fn limits(limits: &Limits) -> Result<(), ProfileError> {
    range("the legal person's age", limits.legal_person_min_age <= limits.legal_person_max_age)?;
    range("the number of terminals", limits.min_terminals <= limits.max_terminals)
}

fn range(what: &str, holds: bool) -> Result<(), ProfileError> {
    if holds { Ok(()) } else { Err(ProfileError::EmptyRange { what: what.to_owned() }) }
}

/// Takes away what waits for nothing that is left; what can't be taken away waits for itself.
fn tracks(rules: &[TrackRule]) -> Result<(), ProfileError> {
    let mut left: Vec<&TrackRule> = rules.iter().collect();
    for track in rules.iter().flat_map(|rule| &rule.after) {
        if !rules.iter().any(|rule| rule.track == *track) {
            return Err(ProfileError::UnknownTrack { track: *track });
        }
    }
    while let Some(first) = left.first().map(|rule| rule.track) {
        let waiting: Vec<Track> = left.iter().map(|rule| rule.track).collect();
        left.retain(|rule| rule.after.iter().any(|gate| waiting.contains(gate)));
        if left.len() == waiting.len() {
            return Err(ProfileError::Cycle { track: first });
        }
    }
    Ok(())
}
