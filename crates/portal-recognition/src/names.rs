//! Names that stand on several papers of one case: where a letter of one is doubtful, what another says chooses.

use portal_domain::dossier::{AccountKind, Dossier, Slot};
use serde::{Deserialize, Serialize};

use crate::Field;
use crate::papers::Key;

/// Probability that a letter's second reading needs to be thought of.
const WORTH_THINKING: f32 = 0.02;
/// Letters exchanged at once. More would make one name of two.
const MOST_CHANGES: usize = 2;

/// A letter of a name that may be another one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Doubt {
    /// Its place among the letters of the value.
    pub at: usize,
    pub other: char,
}

/// Whose name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Company,
    LegalPerson,
}

/// The doubts about a value as it was cleaned; none where letters can't be told from each other any more.
pub(crate) fn doubts(value: &str, seconds: impl ExactSizeIterator<Item = Option<(char, f32)>>) -> Vec<Doubt> {
    if value.chars().count() != seconds.len() {
        return Vec::new();
    }
    let doubt = |(at, second): (usize, Option<(char, f32)>)| {
        second.filter(|second| second.1 >= WORTH_THINKING).map(|(other, _)| Doubt { at, other })
    };
    seconds.enumerate().filter_map(doubt).collect()
}

/// Corrects doubtful letters of names by the same owner's name on another paper: a corporate account's holder is the company on
/// the licence, and the licence's legal person the one on the ID. A name that differs where nothing was doubtful stays
/// as it is: that is for a person to see.
pub fn agree(fields: &mut [(Slot, Field)], dossier: &Dossier) {
    for index in 0..fields.len() {
        let (slot, field) = &fields[index];
        let Some(owner) = owner(*slot, field.key, dossier) else { continue };
        let others = fields.iter().enumerate().filter(|(other, _)| *other != index);
        let same_owner =
            others.filter(|(_, (slot, other))| self::owner(*slot, other.key, dossier) == Some(owner));
        let chosen = same_owner.map(|(_, (_, other))| other).find(|other| may_be(field, other));
        if let Some(value) = chosen.map(|other| other.value.clone()) {
            fields[index].1.value = value;
        }
    }
}

/// Whether `field` can be read as what stands in `other`, which is sure of these letters.
fn may_be(field: &Field, other: &Field) -> bool {
    let letters: Vec<char> = field.value.chars().collect();
    let wanted: Vec<char> = other.value.chars().collect();
    if letters.len() != wanted.len() {
        return false;
    }
    let differing: Vec<usize> = (0..letters.len()).filter(|at| letters[*at] != wanted[*at]).collect();
    let is_doubtful =
        |at: &usize| field.doubts.iter().any(|doubt| doubt.at == *at && doubt.other == wanted[*at]);
    let is_sure = |at: &usize| other.doubts.iter().all(|doubt| doubt.at != *at);
    (1..=MOST_CHANGES).contains(&differing.len()) && differing.iter().all(|at| is_doubtful(at) && is_sure(at))
}

fn owner(slot: Slot, key: Key, dossier: &Dossier) -> Option<Owner> {
    match (slot, key) {
        (Slot::BusinessLicence | Slot::OrganisationCodeCertificate | Slot::TaxRegistration, Key::Name) => {
            Some(Owner::Company)
        }
        (Slot::AccountPermit, Key::Name) if dossier.settlement.kind == Some(AccountKind::Corporate) => {
            Some(Owner::Company)
        }
        (Slot::BusinessLicence | Slot::AccountPermit, Key::LegalPerson)
        | (Slot::LegalIdPortrait, Key::Name) => Some(Owner::LegalPerson),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;

    fn field(slot: Slot, key: Key, value: &str, doubts: &[(usize, char)]) -> (Slot, Field) {
        let doubts = doubts.iter().map(|(at, other)| Doubt { at: *at, other: *other }).collect();
        let field = Field {
            key,
            value: value.to_owned(),
            confidence: 0.5,
            source: Source::Print,
            checked: false,
            place: [(0.0, 0.0); 4],
            doubts,
        };
        (slot, field)
    }

    fn corporate() -> Dossier {
        let mut dossier = Dossier::default();
        dossier.settlement.kind = Some(AccountKind::Corporate);
        dossier
    }

    fn values(fields: &[(Slot, Field)]) -> Vec<&str> {
        fields.iter().map(|(_, field)| field.value.as_str()).collect()
    }

    #[test]
    fn the_other_papers_name_chooses_between_readings() {
        for turned in [false, true] {
            let mut fields = [
                field(Slot::AccountPermit, Key::Name, "福满堂酒未有限公司", &[(4, '末'), (3, '酒')]),
                field(Slot::BusinessLicence, Key::Name, "福满堂酒末有限公司", &[(0, '褔')]),
                field(Slot::LegalIdPortrait, Key::Name, "王小明", &[]),
                field(Slot::BusinessLicence, Key::LegalPerson, "玉小明", &[(0, '王')]),
            ];
            if turned {
                fields.reverse();
            }
            agree(&mut fields, &corporate());
            let mut read = values(&fields);
            read.sort_unstable();
            assert_eq!(read, ["王小明", "王小明", "福满堂酒末有限公司", "福满堂酒末有限公司"]);
        }
    }

    #[test]
    fn what_was_read_surely_stays_and_contradicts() {
        let same = |left: &[(usize, char)], right: &[(usize, char)]| {
            let mut fields = [
                field(Slot::AccountPermit, Key::Name, "福满堂酒未有限公司", left),
                field(Slot::BusinessLicence, Key::Name, "福满堂酒末有限公司", right),
            ];
            agree(&mut fields, &corporate());
            fields[0].1.value == fields[1].1.value
        };
        assert!(!same(&[], &[]));
        assert!(!same(&[(4, '本')], &[]), "the second reading is another letter");
        assert!(!same(&[(4, '末')], &[(4, '未')]), "neither is sure");
        assert!(same(&[], &[(4, '未')]), "either may be the doubtful one");
        let mut private = Dossier::default();
        private.settlement.kind = Some(AccountKind::Private);
        let mut fields = [
            field(Slot::AccountPermit, Key::Name, "王小朋", &[(2, '明')]),
            field(Slot::BusinessLicence, Key::Name, "王小明", &[]),
        ];
        agree(&mut fields, &private);
        assert_eq!(fields[0].1.value, "王小朋", "a private account isn't the company's");
    }

    #[test]
    fn two_names_are_not_made_one() {
        let mut fields = [
            field(Slot::LegalIdPortrait, Key::Name, "欧阳小明", &[(0, '王'), (2, '大'), (3, '朋')]),
            field(Slot::BusinessLicence, Key::LegalPerson, "王阳大朋", &[]),
        ];
        agree(&mut fields, &corporate());
        assert_eq!(fields[0].1.value, "欧阳小明");
    }

    #[test]
    fn doubts_need_letters_that_stayed_in_their_places() {
        let seconds = [Some(('末', 0.3)), None, Some(('大', 0.001))];
        assert_eq!(doubts("未小太", seconds.into_iter()), [Doubt { at: 0, other: '末' }]);
        assert!(doubts("未小", seconds.into_iter()).is_empty());
    }
}
