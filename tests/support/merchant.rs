//! The merchant of the journeys, and the photos of their papers.

use std::path::{Path, PathBuf};

use portal_domain::dossier::{AccountKind, Dossier, Fee, IdKind, MerchantKind, Product, SettlerKind, Slot};
use portal_domain::problem::Due;
use portal_domain::profile::{Profile, builtin_profile};
use portal_domain::requirement::requirements;
use portal_pictures::{Order, Paper};

use crate::photos::photo;

/// An invented merchant who wants a code plate: exactly six photos are asked for.
pub fn merchant(seed: u64) -> Dossier {
    let mut dossier = portal_domain::testing::dossier(seed, MerchantKind::SoleProprietor);
    dossier.products = vec![Product::QrPlate];
    dossier.licence.separate_certificates = false;
    dossier.settlement.kind = Some(AccountKind::Private);
    dossier.settlement.settler = SettlerKind::LegalPerson;
    dossier.settlement.holder.clone_from(&dossier.legal_person.name);
    dossier.shop.same_as_registered = true;
    dossier.shop.mobile_trade = false;
    dossier.attachments.clear();
    dossier.consents.clear();
    // The products that were drawn may have had other fees than this one.
    for rule in profile().fees_for(&dossier.products) {
        if dossier.fees.iter().all(|fee| fee.service != rule.service) {
            let rate = Some(rule.default_rate);
            dossier.fees.push(Fee {
                service: rule.service,
                rate,
                cap_fen: rule.default_cap_fen,
                floor_fen: None,
            });
        }
    }
    dossier
}

pub fn profile() -> &'static Profile {
    builtin_profile("lakala").unwrap()
}

/// The slots that must have a photo before submission, in the order of the profile.
pub fn needed_slots(dossier: &Dossier) -> Vec<Slot> {
    requirements(dossier, profile())
        .iter()
        .filter(|requirement| requirement.due == Due::Now)
        .filter_map(|requirement| Slot::parse(requirement.pointer.strip_prefix("/attachments/")?))
        .collect()
}

/// Writes a photo for each slot into a folder; the files are named by slot.
pub fn write_photos(folder: &Path, slots: &[Slot], seed: u64) -> Vec<(Slot, PathBuf)> {
    std::fs::create_dir_all(folder).unwrap();
    slots
        .iter()
        .zip(seed..)
        .map(|(slot, seed)| {
            let file = folder.join(format!("{}.jpg", slot.as_str()));
            std::fs::write(&file, photo(seed, 2400, 1800)).unwrap();
            (*slot, file)
        })
        .collect()
}

/// That merchant with the photos of their own papers: what is typed is what the papers say. The files are named by slot.
pub fn merchant_with_papers(seed: u64, folder: &Path) -> (Dossier, Vec<(Slot, PathBuf)>) {
    std::fs::create_dir_all(folder).unwrap();
    let mut dossier = merchant(seed);
    let photos = needed_slots(&dossier)
        .into_iter()
        .map(|slot| {
            let picture = paper_of(seed, slot).of(MerchantKind::SoleProprietor).long_side(2400).taken();
            for field in &picture.truth.fields {
                let place = match (slot, field.key) {
                    (Slot::BusinessLicence, "number") => &mut dossier.licence.number,
                    (Slot::LegalIdPortrait, "id_number") => &mut dossier.legal_person.id_number,
                    (Slot::BankCardFront, "number") => &mut dossier.settlement.number,
                    _ => continue,
                };
                place.clone_from(&field.value);
            }
            let file = folder.join(format!("{}.jpg", slot.as_str()));
            std::fs::write(&file, picture.bytes).unwrap();
            (slot, file)
        })
        .collect();
    dossier.legal_person.id_kind = IdKind::ResidentId;
    (dossier, photos)
}

/// What lies before the camera for a slot. Inside of a shop nothing is drawn: another front stands in.
fn paper_of(seed: u64, slot: Slot) -> Order {
    let paper = Paper::ALL.into_iter().find(|paper| paper.slot() == slot);
    match paper {
        Some(paper) => Order::new(seed, paper),
        None => Order::new(seed + 1, Paper::Storefront),
    }
}

#[cfg(test)]
mod tests {
    use portal_domain::check::check;
    use portal_domain::problem::Severity;

    use super::*;

    #[test]
    fn every_merchant_has_the_fees_of_the_product() {
        for seed in 0..200 {
            let problems = check(&merchant(seed), profile(), "2026-03-02".parse().unwrap());
            let of_fees = problems.iter().filter(|problem| problem.pointer.starts_with("/fees"));
            assert_eq!(
                of_fees.filter(|problem| problem.severity == Severity::Blocking).count(),
                0,
                "seed {seed}"
            );
        }
    }
}
