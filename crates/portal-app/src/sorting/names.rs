//! Which slot a file's name speaks of: people name pictures by what they show.

use portal_domain::dossier::Slot;

/// Words of a name, in small letters, and the slot that they mean. The first that a name has counts: the longer name of
/// a paper stands before the shorter one that it contains.
const WORDS: &[(&[&str], Slot)] = &[
    (&["手持", "holding_id"], Slot::HoldingId),
    (&["结算人身份证反", "结算人身份证背", "结算人国徽", "settler_id_emblem"], Slot::SettlerIdEmblem),
    (&["结算人身份证", "结算人人像", "settler_id_portrait"], Slot::SettlerIdPortrait),
    (
        &["国徽", "身份证反", "身份证背", "id_emblem", "id_back", "idcard_back", "id_card_back"],
        Slot::LegalIdEmblem,
    ),
    (
        &["人像", "身份证正", "id_portrait", "id_front", "idcard_front", "id_card_front"],
        Slot::LegalIdPortrait,
    ),
    (&["银行卡反", "银行卡背", "bank_card_back", "card_back"], Slot::BankCardBack),
    (&["银行卡", "结算卡", "储蓄卡", "bank_card", "bankcard"], Slot::BankCardFront),
    (&["开户许可", "开户证明", "开户核准", "account_permit", "opening_permit"], Slot::AccountPermit),
    (&["税务登记", "tax_registration"], Slot::TaxRegistration),
    (&["组织机构代码", "organisation_code", "organization_code"], Slot::OrganisationCodeCertificate),
    (&["门头", "门面", "招牌", "storefront", "shopfront"], Slot::Storefront),
    (&["内景", "店内", "室内", "interior", "inside"], Slot::Interior),
    (&["收银台", "收银", "cashier", "checkout"], Slot::CashierDesk),
    (&["授权书", "委托书", "auth_letter", "authorisation", "authorization"], Slot::SettlementAuthLetter),
    (&["租赁", "租房", "lease"], Slot::Lease),
    (&["许可证", "special_qualification", "permit"], Slot::SpecialQualification),
    (&["营业执照", "执照", "business_licence", "licence", "license"], Slot::BusinessLicence),
    (&["协议", "合同", "contract", "agreement"], Slot::PaperContract),
];

/// Words that say whose paper it is.
const PEOPLE: &[&str] = &["法人", "法定代表人", "结算人", "legal", "settler"];

/// The slot that a file's name speaks of, where it says whose it is: which side of a card it shows says that of nobody.
pub(super) fn person_named(file_name: &str) -> Option<Slot> {
    let name = spoken(file_name);
    slot_named(file_name).filter(|_| PEOPLE.iter().any(|word| name.contains(word)))
}

fn spoken(file_name: &str) -> String {
    let one = |letter: char| if matches!(letter, ' ' | '-' | '.') { '_' } else { letter };
    file_name.to_lowercase().chars().map(one).collect()
}

/// The slot that a file's name speaks of.
pub(super) fn slot_named(file_name: &str) -> Option<Slot> {
    let name = spoken(file_name);
    WORDS.iter().find(|(words, _)| words.iter().any(|word| name.contains(word))).map(|(_, slot)| *slot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_understood_as_people_write_them() {
        for (name, slot) in [
            ("营业执照副本.jpg", Some(Slot::BusinessLicence)),
            ("Business License (1).PNG", Some(Slot::BusinessLicence)),
            ("法人身份证正面.jpg", Some(Slot::LegalIdPortrait)),
            ("身份证反面.heic", Some(Slot::LegalIdEmblem)),
            ("结算人身份证背面.jpg", Some(Slot::SettlerIdEmblem)),
            ("ID front.jpg", Some(Slot::LegalIdPortrait)),
            ("ID card back.jpg", Some(Slot::LegalIdEmblem)),
            ("银行卡背面.jpg", Some(Slot::BankCardBack)),
            ("食品经营许可证.jpg", Some(Slot::SpecialQualification)),
            ("开户许可证.jpg", Some(Slot::AccountPermit)),
            ("门头照2.jpg", Some(Slot::Storefront)),
            ("租赁合同.jpg", Some(Slot::Lease)),
            ("IMG_20260102_0007.jpg", None),
            ("微信图片_20260102.jpg", None),
        ] {
            assert_eq!(slot_named(name), slot, "{name}");
        }
        assert_eq!(person_named("身份证正面.jpg"), None, "of anybody");
        assert_eq!(person_named("法人身份证正面.jpg"), Some(Slot::LegalIdPortrait));
        assert_eq!(person_named("settler_id_emblem.jpg"), Some(Slot::SettlerIdEmblem));
        for (_, slot) in WORDS {
            assert_eq!(slot_named(&format!("{}.jpg", slot.as_str())), Some(*slot), "a slot's own name");
        }
    }
}
