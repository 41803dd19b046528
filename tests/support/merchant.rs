//! The merchant of the journeys, and the photos of their papers.

use std::path::{Path, PathBuf};

use portal_domain::dossier::{AccountKind, Dossier, MerchantKind, Product, SettlerKind, Slot};
use portal_domain::problem::Due;
use portal_domain::profile::{Profile, builtin_profile};
use portal_domain::requirement::requirements;

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
