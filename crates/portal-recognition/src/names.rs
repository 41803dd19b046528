//! Names that stand on several papers of one case: where a letter of one is doubtful, what another says chooses.

use portal_domain::dossier::{AccountKind, Dossier, Slot};
use serde::{Deserialize, Serialize};

use crate::Field;
use crate::papers::{Key, places};

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
    /// Of the other one, 0 to 1.
    pub probability: f32,
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
        second.filter(|second| second.1 >= WORTH_THINKING).map(|(other, probability)| Doubt {
            at,
            other,
            probability,
        })
    };
    seconds.enumerate().filter_map(doubt).collect()
}

/// Corrects doubtful letters of names by the same owner's name on another paper: a corporate account's holder is the company on
/// the licence, and the licence's legal person the one on the ID. The name is then as uncertain as the letter exchanged. A name
/// that differs where nothing was doubtful stays as it is, and so does one that another paper has too, or where papers
/// say different things: that is for a person to see.
pub fn agree(fields: &mut [(Slot, Field)], dossier: &Dossier) {
    for index in 0..fields.len() {
        let (slot, field) = &fields[index];
        let Some(owner) = owner(*slot, field.key, dossier) else { continue };
        let of_others = || {
            let others = fields.iter().filter(|(other, _)| other != slot);
            others.filter(|(slot, other)| self::owner(*slot, other.key, dossier) == Some(owner))
        };
        if field.doubts.is_empty() || of_others().any(|(_, other)| other.value == field.value) {
            continue;
        }
        let mut readings = of_others().filter_map(|(_, other)| {
            let probability = read_as(field, other)?;
            Some((other.value.clone(), probability))
        });
        let Some((value, probability)) = readings.next() else { continue };
        if readings.all(|(another, _)| another == value) {
            let field = &mut fields[index].1;
            field.confidence = field.confidence.min(probability);
            field.value = value;
        }
    }
}

/// How likely `field` can be read as what stands in `other`, which is sure of these letters; nothing if it can't.
fn read_as(field: &Field, other: &Field) -> Option<f32> {
    let letters: Vec<char> = field.value.chars().collect();
    let wanted: Vec<char> = other.value.chars().collect();
    if letters.len() != wanted.len() {
        return None;
    }
    let differing: Vec<usize> = (0..letters.len()).filter(|at| letters[*at] != wanted[*at]).collect();
    if !(1..=MOST_CHANGES).contains(&differing.len()) {
        return None;
    }
    let probability = |at: usize| {
        let is_sure = other.doubts.iter().all(|doubt| doubt.at != at);
        let doubt = field.doubts.iter().find(|doubt| doubt.at == at && doubt.other == wanted[at]);
        doubt.filter(|_| is_sure).map(|doubt| doubt.probability)
    };
    differing.into_iter().try_fold(1.0, |least: f32, at| Some(least.min(probability(at)?)))
}

fn owner(slot: Slot, key: Key, dossier: &Dossier) -> Option<Owner> {
    let is_corporate = dossier.settlement.kind == Some(AccountKind::Corporate);
    match (slot, key) {
        // No field of the form is filled by these.
        (Slot::OrganisationCodeCertificate | Slot::TaxRegistration, Key::Name) => Some(Owner::Company),
        _ => places(slot, key, dossier).iter().find_map(|pointer| match *pointer {
            "/business/registered_name" => Some(Owner::Company),
            "/settlement/holder" if is_corporate => Some(Owner::Company),
            "/legal_person/name" => Some(Owner::LegalPerson),
            _ => None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;

    fn field(slot: Slot, key: Key, value: &str, doubts: &[(usize, char)]) -> (Slot, Field) {
        let doubts =
            doubts.iter().map(|(at, other)| Doubt { at: *at, other: *other, probability: 0.2 }).collect();
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
    fn an_exchanged_letter_makes_the_name_uncertain() {
        let mut fields = [
            field(Slot::LegalIdPortrait, Key::Name, "王小朋", &[(2, '明')]),
            field(Slot::BusinessLicence, Key::LegalPerson, "王小明", &[]),
        ];
        agree(&mut fields, &corporate());
        assert_eq!((fields[0].1.value.as_str(), fields[0].1.confidence), ("王小明", 0.2));
        assert_eq!(fields[1].1.confidence, 0.5);
    }

    #[test]
    fn papers_that_contradict_each_other_settle_nothing() {
        let with = |third: &str| {
            let mut fields = [
                field(Slot::AccountPermit, Key::Name, "福满堂酒未有限公司", &[(4, '末')]),
                field(Slot::BusinessLicence, Key::Name, "福满堂酒末有限公司", &[]),
                field(Slot::TaxRegistration, Key::Name, third, &[]),
            ];
            agree(&mut fields, &corporate());
            fields[0].1.value.clone()
        };
        assert_eq!(with("福满堂酒末有限公司"), "福满堂酒末有限公司");
        assert_eq!(with("福满堂酒未有限公司"), "福满堂酒未有限公司");
        assert_eq!(with("另一家有限公司"), "福满堂酒末有限公司", "of a name that is far off nothing follows");
        let mut twice = [
            field(Slot::BusinessLicence, Key::Name, "福满堂酒未有限公司", &[(4, '末')]),
            field(Slot::BusinessLicence, Key::Name, "福满堂酒末有限公司", &[]),
        ];
        agree(&mut twice, &corporate());
        assert_eq!(twice[0].1.value, "福满堂酒未有限公司", "two photos of one paper are no two papers");
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
        assert_eq!(doubts("未小太", seconds.into_iter()), [Doubt { at: 0, other: '末', probability: 0.3 }]);
        assert!(doubts("未小", seconds.into_iter()).is_empty());
    }
}
