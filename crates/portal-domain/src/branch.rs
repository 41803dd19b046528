//! Which parts of the document count: an answer can put a part aside without deleting what was typed there.

use crate::dossier::{AccountKind, Dossier, MerchantKind, SettlerKind, Slot};

/// Whether the place at `pointer` is part of the application as answered so far. A part that was put aside, such as
/// the licence of a 小微商户, is neither asked for nor checked. While the deciding answer is missing, it counts.
pub fn counts(dossier: &Dossier, pointer: &str) -> bool {
    let mut segments = pointer.split('/').skip(1);
    match (segments.next().unwrap_or_default(), segments.next().unwrap_or_default()) {
        ("licence", "tax_registration_number" | "organisation_code") => has_separate_certificates(dossier),
        ("licence", _) => has_licence(dossier),
        ("beneficial_owners", _) => has_beneficial_owners(dossier),
        ("shop", "division" | "address") => !dossier.shop.same_as_registered,
        ("settlement", "kind") => true,
        ("settlement", "to_be_opened") => !is_private(dossier),
        ("settlement", "settler") => has_settler(dossier),
        ("settlement", "settler_person") => has_authorised_settler(dossier),
        ("attachments", name) => Slot::parse(name).is_none_or(|slot| slot_counts(dossier, slot)),
        _ => true,
    }
}

/// Whether what stands at `pointer` is to be checked: it counts, and isn't about an account yet to be opened.
pub fn is_checked(dossier: &Dossier, pointer: &str) -> bool {
    let of_account = match pointer.strip_prefix("/settlement/") {
        Some(field) => !matches!(field, "kind" | "to_be_opened" | "period"),
        None => false,
    };
    counts(dossier, pointer) && !(of_account && awaits_account(dossier))
}

/// Whether photos of this slot belong to the application as answered so far.
pub fn slot_counts(dossier: &Dossier, slot: Slot) -> bool {
    match slot {
        Slot::BusinessLicence => has_licence(dossier),
        Slot::TaxRegistration | Slot::OrganisationCodeCertificate => has_separate_certificates(dossier),
        Slot::SettlerIdPortrait | Slot::SettlerIdEmblem | Slot::SettlementAuthLetter => {
            has_authorised_settler(dossier)
        }
        Slot::BankCardFront | Slot::BankCardBack => dossier.settlement.kind != Some(AccountKind::Corporate),
        Slot::AccountPermit => !is_private(dossier),
        Slot::LegalIdPortrait
        | Slot::LegalIdEmblem
        | Slot::Storefront
        | Slot::Interior
        | Slot::CashierDesk
        | Slot::PaperContract
        | Slot::Lease
        | Slot::HoldingId
        | Slot::SpecialQualification
        | Slot::Other => true,
    }
}

fn has_licence(dossier: &Dossier) -> bool {
    dossier.kind != Some(MerchantKind::Micro)
}

fn has_separate_certificates(dossier: &Dossier) -> bool {
    has_licence(dossier) && dossier.licence.separate_certificates
}

fn has_beneficial_owners(dossier: &Dossier) -> bool {
    match dossier.kind {
        None | Some(MerchantKind::Enterprise) => true,
        Some(
            MerchantKind::Micro
            | MerchantKind::SoleProprietor
            | MerchantKind::PublicInstitution
            | MerchantKind::NonProfit,
        ) => false,
    }
}

fn is_private(dossier: &Dossier) -> bool {
    dossier.settlement.kind == Some(AccountKind::Private)
}

fn has_settler(dossier: &Dossier) -> bool {
    dossier.settlement.kind != Some(AccountKind::Corporate)
}

/// Whether settlements go to the account of somebody who is neither the merchant nor the legal person.
pub fn has_authorised_settler(dossier: &Dossier) -> bool {
    has_settler(dossier) && dossier.settlement.settler == SettlerKind::Authorised
}

/// 待开户: the corporate account doesn't exist yet, and what is known of it is asked for later.
fn awaits_account(dossier: &Dossier) -> bool {
    dossier.settlement.kind == Some(AccountKind::Corporate) && dossier.settlement.to_be_opened
}
