//! What the quality check recorded with a photo, as views show it.

use portal_domain::dossier::{Attachment, Slot};
use portal_imaging::{Outline, PictureHash, Place, Severity, Step, Subject, Verdict, VerdictCode};

use crate::view::{PhotoPlace, PhotoPoint, PhotoRegion, PhotoVerdict, PhotoVerdictCode};

/// What a slot's photos are judged against.
pub(crate) fn subject(slot: Slot) -> Subject {
    match slot {
        Slot::BusinessLicence => Subject::Licence,
        Slot::TaxRegistration
        | Slot::OrganisationCodeCertificate
        | Slot::AccountPermit
        | Slot::SpecialQualification => Subject::Certificate,
        Slot::LegalIdPortrait | Slot::SettlerIdPortrait => Subject::IdPortrait,
        Slot::LegalIdEmblem | Slot::SettlerIdEmblem => Subject::IdEmblem,
        Slot::BankCardFront | Slot::BankCardBack => Subject::BankCard,
        Slot::Storefront | Slot::Interior | Slot::CashierDesk => Subject::Scene,
        Slot::SettlementAuthLetter | Slot::PaperContract | Slot::Lease => Subject::Paper,
        Slot::HoldingId | Slot::Other => Subject::Anything,
    }
}

/// Verdicts of a newer version that this one can't read are left out.
pub(crate) fn verdicts(photo: &Attachment) -> Vec<PhotoVerdict> {
    let stored = photo.verdicts.iter().filter_map(|stored| serde_json::from_value(stored.clone()).ok());
    stored.map(|verdict: Verdict| shown(&verdict)).collect()
}

pub(crate) fn shown(Verdict { code, severity, region, place, .. }: &Verdict) -> PhotoVerdict {
    PhotoVerdict {
        code: code_of(*code),
        blocking: *severity == Severity::Block,
        region: region.map(|at| PhotoRegion { x: at.x, y: at.y, width: at.width, height: at.height }),
        place: place.map(place_of),
    }
}

/// A warning about the picture as a whole.
pub(crate) fn of_the_whole(code: PhotoVerdictCode) -> PhotoVerdict {
    PhotoVerdict { code, blocking: false, region: None, place: None }
}

/// Whether the picture shows something else than what its slot is for.
pub(crate) fn is_of_another_kind(verdicts: &[Verdict]) -> bool {
    verdicts.iter().any(|found| matches!(found.code, VerdictCode::WrongDocument | VerdictCode::WrongSide))
}

/// The document's corners, if one was found whole.
pub(crate) fn outline(photo: &Attachment) -> Option<Vec<PhotoPoint>> {
    let Outline { corners } = steps(photo).find_map(|step| match step {
        Step::Outlined { outline } => Some(outline),
        _ => None,
    })?;
    Some(corners.into_iter().map(|corner| PhotoPoint { x: corner.x, y: corner.y }).collect())
}

/// A warning if one of the `earlier` photos shows the same picture, stored another time; those with the very same
/// bytes are a problem of the check. The photo joins the earlier ones.
pub(crate) fn same_picture<'a>(
    photo: &'a Attachment,
    earlier: &mut Vec<(PictureHash, &'a Attachment)>,
) -> Option<PhotoVerdict> {
    let hash = steps(photo).find_map(|step| match step {
        Step::Hashed { hash } => Some(hash),
        _ => None,
    })?;
    let is_same = |(other, known): &(PictureHash, &Attachment)| {
        hash.resembles(other)
            && known.sha256 != photo.sha256
            && known.original_sha256 != photo.original_sha256
    };
    let found = earlier.iter().any(is_same);
    earlier.push((hash, photo));
    found.then(|| of_the_whole(PhotoVerdictCode::SamePicture))
}

fn steps(photo: &Attachment) -> impl Iterator<Item = Step> {
    photo.steps.iter().filter_map(|step| serde_json::from_value(step.clone()).ok())
}

fn code_of(code: VerdictCode) -> PhotoVerdictCode {
    match code {
        VerdictCode::Blurred => PhotoVerdictCode::Blurred,
        VerdictCode::Shaken => PhotoVerdictCode::Shaken,
        VerdictCode::TooDark => PhotoVerdictCode::TooDark,
        VerdictCode::TooBright => PhotoVerdictCode::TooBright,
        VerdictCode::Glare => PhotoVerdictCode::Glare,
        VerdictCode::TooSmall => PhotoVerdictCode::TooSmall,
        VerdictCode::Blank => PhotoVerdictCode::Blank,
        VerdictCode::TooFar => PhotoVerdictCode::TooFar,
        VerdictCode::Cut => PhotoVerdictCode::Cut,
        VerdictCode::Tilted => PhotoVerdictCode::Tilted,
        VerdictCode::Greyscale => PhotoVerdictCode::Greyscale,
        VerdictCode::Photocopy => PhotoVerdictCode::Photocopy,
        VerdictCode::ScreenPhoto => PhotoVerdictCode::ScreenPhoto,
        VerdictCode::Screenshot => PhotoVerdictCode::Screenshot,
        VerdictCode::Watermarked => PhotoVerdictCode::Watermarked,
        VerdictCode::NoDocument => PhotoVerdictCode::NoDocument,
        VerdictCode::WrongSide => PhotoVerdictCode::WrongSide,
        VerdictCode::WrongDocument => PhotoVerdictCode::WrongDocument,
    }
}

fn place_of(place: Place) -> PhotoPlace {
    match place {
        Place::UpperLeft => PhotoPlace::UpperLeft,
        Place::Above => PhotoPlace::Above,
        Place::UpperRight => PhotoPlace::UpperRight,
        Place::Left => PhotoPlace::Left,
        Place::Middle => PhotoPlace::Middle,
        Place::Right => PhotoPlace::Right,
        Place::LowerLeft => PhotoPlace::LowerLeft,
        Place::Below => PhotoPlace::Below,
        Place::LowerRight => PhotoPlace::LowerRight,
        Place::Everywhere => PhotoPlace::Everywhere,
    }
}

#[cfg(test)]
mod tests {
    use portal_domain::dossier::MerchantKind;
    use serde_json::json;

    use super::*;

    /// A photo whose bytes have this hash and whose picture that one.
    fn photo(bytes: &str, picture: &str) -> Attachment {
        let dossier = portal_domain::testing::dossier(1, MerchantKind::Enterprise);
        let (_, _, known) = dossier.photos().next().unwrap();
        let sha = bytes.repeat(32).parse::<portal_domain::ids::Sha256>().unwrap();
        Attachment {
            sha256: sha.clone(),
            original_sha256: sha,
            steps: vec![
                json!({ "step": "of a later version" }),
                json!({ "step": "hashed", "hash": picture.repeat(32) }),
            ],
            ..known.clone()
        }
    }

    #[test]
    fn a_picture_stored_twice_is_told_at_the_later_photo() {
        let [first, other, copy, again] = [("aa", "0f"), ("bb", "ff"), ("aa", "0f"), ("cc", "0f")]
            .map(|(bytes, picture)| photo(bytes, picture));
        let mut earlier = Vec::new();
        assert_eq!(same_picture(&first, &mut earlier), None);
        assert_eq!(same_picture(&other, &mut earlier), None, "another picture");
        assert_eq!(same_picture(&copy, &mut earlier), None, "the check tells of equal bytes");
        let again = same_picture(&again, &mut earlier).unwrap();
        assert_eq!(again.code, PhotoVerdictCode::SamePicture);
    }

    #[test]
    fn what_imaging_recorded_is_shown_with_its_place() {
        let mut photo = photo("aa", "00");
        let corner = |x: u32, y: u32| json!({ "x": x, "y": y });
        let corners = [corner(1, 2), corner(90, 3), corner(88, 60), corner(2, 61)];
        photo.steps.push(json!({ "step": "outlined", "outline": { "corners": corners } }));
        photo.verdicts = vec![
            json!({ "code": "glare", "severity": "warn", "measured": 0.1, "threshold": 0.01,
                "region": { "x": 5, "y": 6, "width": 7, "height": 8 }, "place": "upper_left" }),
            json!({ "code": "blank", "severity": "block", "measured": 1.0, "threshold": 3.0 }),
            json!({ "code": "of a later version", "severity": "warn", "measured": 1.0, "threshold": 3.0 }),
        ];
        assert_eq!(outline(&photo).unwrap()[2], PhotoPoint { x: 88, y: 60 });
        let shown = verdicts(&photo);
        assert_eq!(shown.len(), 2);
        assert_eq!(shown[0].region, Some(PhotoRegion { x: 5, y: 6, width: 7, height: 8 }));
        assert_eq!(shown[0].place, Some(PhotoPlace::UpperLeft));
        assert!(shown[1].blocking && shown[1].region.is_none());
    }
}
