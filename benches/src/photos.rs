//! `photos-corners` and `photos-verdicts`: whether documents are found where they lie, and whether what is wrong with a
//! photo is called by its name. Thresholds were fixed on pictures of even seeds; these have odd ones.

use std::io::Cursor;
use std::thread;

use image::ImageFormat;
use portal_imaging::{FitSpec, Fitted, PictureHash, Step, Subject, VerdictCode, fit};
use portal_pictures::{Flaw, Order, Paper, Picture};

use crate::measure::{Goal, rate, share};

const PHOTOS: u64 = 200;
const FLAWED_OF_EACH_KIND: u64 = 20;
/// Long side of 12 megapixels.
const LARGE_PX: u32 = 4032;
const LARGE_PHOTOS: u64 = 40;
const LARGE_OF_EACH_KIND: u64 = 5;
/// Share of the area of both that a found outline and the true one have in common.
const SAME_PLACE: f64 = 0.95;

/// An odd seed.
fn held(index: u64) -> u64 {
    2 * index + 1001
}

pub fn corners() {
    let papers: Vec<Paper> = Paper::ALL.into_iter().filter(|paper| *paper != Paper::Storefront).collect();
    let orders: Vec<_> =
        (0..PHOTOS).map(|index| Order::new(held(index), papers[index as usize % papers.len()])).collect();
    let shares = each(&orders, |picture| {
        let fitted = judged(picture);
        let scale = f64::from(fitted.width) / f64::from(picture.truth.size.0);
        let truth = picture.truth.corners.expect("a paper").map(|(x, y)| (x * scale, y * scale));
        fitted.outline().map_or(0.0, |outline| {
            overlap(&truth, &outline.corners.map(|corner| (f64::from(corner.x), f64::from(corner.y))))
        })
    });
    let found = shares.iter().filter(|share| **share >= SAME_PLACE).count();
    share("photos-corners", found, shares.len(), Goal::AtLeast(98.0));
}

pub fn verdicts() {
    let good: Vec<_> = (0..PHOTOS)
        .map(|index| Order::new(held(index), Paper::ALL[index as usize % Paper::ALL.len()]))
        .collect();
    let blamed = blamed(&good);
    share("photos-verdicts-false", blamed, good.len(), Goal::AtMost(2.0));
    let mut all = (0, 0);
    for flaw in Flaw::ALL {
        let flawed = flawed(flaw, FLAWED_OF_EACH_KIND);
        let caught = caught(&flawed, flaw);
        rate(&format!("photos-verdicts-{}", in_lower_case(flaw)), caught, flawed.len());
        all = (all.0 + caught, all.1 + flawed.len());
    }
    share("photos-verdicts", all.0, all.1, Goal::AtLeast(95.0));

    in_twelve_megapixels();
    in_the_wrong_slot();
    twice();
}

/// As telephones give them, not reduced: what is measured is measured on what is sent, which is half as large.
fn in_twelve_megapixels() {
    let large = |order: Order| order.long_side(LARGE_PX);
    let papers = Paper::ALL.into_iter().cycle();
    let good: Vec<_> =
        papers.zip(0..LARGE_PHOTOS).map(|(paper, index)| large(Order::new(held(index), paper))).collect();
    share("photos-verdicts-12mp-false", blamed(&good), good.len(), Goal::AtMost(2.0));
    let mut all = (0, 0);
    // Few pixels and a screen's own picture have the size that they have.
    for flaw in Flaw::ALL.into_iter().filter(|flaw| !matches!(flaw, Flaw::FewPixels | Flaw::Screenshot)) {
        let flawed: Vec<_> = flawed(flaw, LARGE_OF_EACH_KIND).into_iter().map(large).collect();
        all = (all.0 + caught(&flawed, flaw), all.1 + flawed.len());
    }
    share("photos-verdicts-12mp", all.0, all.1, Goal::AtLeast(95.0));
}

/// Good photos of one paper where another belongs, as far as that can be told without reading.
fn in_the_wrong_slot() {
    let is_card = |paper: &Paper| matches!(paper, Paper::IdFront | Paper::IdBack | Paper::BankCard);
    let mut all = (0, 0);
    for slot in [
        Subject::Licence,
        Subject::IdPortrait,
        Subject::IdEmblem,
        Subject::BankCard,
        Subject::Certificate,
        Subject::Scene,
    ] {
        let others: Vec<Paper> = Paper::ALL
            .into_iter()
            .filter(|paper| *paper != Paper::Storefront && subject(*paper) != slot)
            // One certificate is like another, and like a licence, until it is read.
            .filter(|paper| slot != Subject::Certificate || is_card(paper))
            .collect();
        let orders: Vec<_> = (0..FLAWED_OF_EACH_KIND)
            .map(|index| Order::new(held(index), others[index as usize % others.len()]))
            .collect();
        let told = each(&orders, |picture| {
            judged_as(picture, slot).verdicts.iter().any(|verdict| {
                matches!(
                    verdict.code,
                    VerdictCode::WrongDocument | VerdictCode::WrongSide | VerdictCode::NoDocument
                )
            })
        });
        all = (all.0 + told.iter().filter(|told| **told).count(), all.1 + told.len());
    }
    share("photos-verdicts-wrong-slot", all.0, all.1, Goal::AtLeast(95.0));
}

/// The same picture stored anew, smaller and as another format; and another photo of the same paper, and the same kind of
/// paper of somebody else, which are not the same. A shop front photographed again from the same place is left out:
/// that is nearly one picture.
fn twice() {
    let papers = Paper::ALL.into_iter().cycle();
    let orders: Vec<_> =
        papers.zip(0..PHOTOS / 2).map(|(paper, index)| Order::new(held(index), paper)).collect();
    let hash = |bytes: &[u8], subject: Subject| {
        let fitted = fit(bytes, &FitSpec { subject, ..FitSpec::default() }).expect("a picture");
        fitted.steps.iter().find_map(|step| match step {
            Step::Hashed { hash } => Some(*hash),
            _ => None,
        })
    };
    let seen = each(&orders, |picture| {
        let subject = subject(picture.truth.paper);
        let sent = judged(picture).bytes;
        let small = image::load_from_memory(&sent).expect("a picture").thumbnail(1000, 1000);
        let mut stored = Cursor::new(Vec::new());
        small.write_to(&mut stored, ImageFormat::Png).expect("a picture");
        (hash(&picture.bytes, subject), hash(stored.get_ref(), subject))
    });
    let is_same =
        |a: &Option<PictureHash>, b: &Option<PictureHash>| a.zip(*b).is_some_and(|(a, b)| a.resembles(&b));
    let same = seen.iter().filter(|(first, again)| is_same(first, again)).count();
    share("photos-verdicts-same", same, seen.len(), Goal::AtLeast(95.0));

    let takes: Vec<_> = orders.iter().map(|order| order.take(1)).collect();
    let others = each(&takes, |picture| hash(&picture.bytes, subject(picture.truth.paper)));
    let next_of_its_kind = |index: usize| seen.get(index + Paper::ALL.len()).map(|(hash, _)| hash);
    let mut mistaken = (0, 0);
    for (index, (first, _)) in seen.iter().enumerate() {
        let is_scene = Paper::ALL[index % Paper::ALL.len()] == Paper::Storefront;
        let again = others.get(index).filter(|_| !is_scene);
        for other in [again, next_of_its_kind(index)].into_iter().flatten() {
            mistaken = (mistaken.0 + usize::from(is_same(first, other)), mistaken.1 + 1);
        }
    }
    share("photos-verdicts-same-false", mistaken.0, mistaken.1, Goal::AtMost(2.0));
}

/// How many of good photos something is said of.
fn blamed(good: &[Order]) -> usize {
    let blamed = each(good, |picture| !judged(picture).verdicts.is_empty());
    blamed.iter().filter(|blamed| **blamed).count()
}

fn flawed(flaw: Flaw, count: u64) -> Vec<Order> {
    let papers: Vec<Paper> = Paper::ALL.into_iter().filter(|paper| can_have(*paper, flaw)).collect();
    (0..count)
        .map(|index| Order::new(held(index), papers[index as usize % papers.len()]).with(flaw))
        .collect()
}

/// Of how many the flaw is called by its name.
fn caught(flawed: &[Order], flaw: Flaw) -> usize {
    let named = each(flawed, |picture| {
        judged(picture).verdicts.iter().any(|verdict| names(flaw).contains(&verdict.code))
    });
    named.iter().filter(|named| **named).count()
}

/// As names of results are written: `motion-blur`.
fn in_lower_case(flaw: Flaw) -> String {
    let mut name = String::new();
    for letter in format!("{flaw:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// A shop has no edges that could be cut, and is not copied.
fn can_have(paper: Paper, flaw: Flaw) -> bool {
    paper != Paper::Storefront
        || !matches!(flaw, Flaw::FarAway | Flaw::Cut | Flaw::Photocopy | Flaw::Tilted | Flaw::PartlyBlurred)
}

fn names(flaw: Flaw) -> &'static [VerdictCode] {
    match flaw {
        Flaw::Blur | Flaw::MotionBlur | Flaw::PartlyBlurred => &[VerdictCode::Blurred, VerdictCode::Shaken],
        Flaw::Glare => &[VerdictCode::Glare],
        Flaw::TooDark => &[VerdictCode::TooDark],
        Flaw::TooBright => &[VerdictCode::TooBright],
        Flaw::FarAway => &[VerdictCode::TooFar],
        Flaw::Cut => &[VerdictCode::Cut],
        Flaw::Tilted => &[VerdictCode::Tilted],
        Flaw::FewPixels => &[VerdictCode::TooSmall],
        Flaw::Photocopy => &[VerdictCode::Photocopy],
        Flaw::Grey => &[VerdictCode::Greyscale],
        Flaw::ScreenPhoto => &[VerdictCode::ScreenPhoto],
        Flaw::Screenshot => &[VerdictCode::Screenshot],
        Flaw::Watermark => &[VerdictCode::Watermarked],
    }
}

/// What is asked for in the slot it belongs in.
fn subject(paper: Paper) -> Subject {
    match paper {
        Paper::LicenceLandscape | Paper::LicencePortrait => Subject::Licence,
        Paper::IdFront => Subject::IdPortrait,
        Paper::IdBack => Subject::IdEmblem,
        Paper::BankCard => Subject::BankCard,
        Paper::AccountPermit | Paper::OrganisationCertificate | Paper::TaxRegistration => {
            Subject::Certificate
        }
        Paper::Storefront => Subject::Scene,
        Paper::TypePlate => Subject::Anything,
    }
}

/// Judged in the slot it belongs in.
fn judged(picture: &Picture) -> Fitted {
    judged_as(picture, subject(picture.truth.paper))
}

fn judged_as(picture: &Picture, subject: Subject) -> Fitted {
    fit(&picture.bytes, &FitSpec { subject, ..FitSpec::default() }).expect("a picture")
}

/// Takes the pictures and looks at them, on all processors.
fn each<T: Send>(orders: &[Order], look: impl Fn(&Picture) -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let part = orders.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let look = &look;
        let running: Vec<_> = orders
            .chunks(part)
            .map(|part| {
                scope.spawn(move || part.iter().map(|order| look(&order.taken())).collect::<Vec<T>>())
            })
            .collect();
        running.into_iter().flat_map(|running| running.join().expect("no panic")).collect()
    })
}

/// The area that two convex shapes share, over the area of both together.
fn overlap(a: &[(f64, f64)], b: &[(f64, f64)]) -> f64 {
    let mut shared = a.to_vec();
    for (index, from) in b.iter().enumerate() {
        let to = b[(index + 1) % b.len()];
        let side =
            |point: (f64, f64)| (to.0 - from.0) * (point.1 - from.1) - (to.1 - from.1) * (point.0 - from.0);
        let corners = std::mem::take(&mut shared);
        for (at, corner) in corners.iter().enumerate() {
            let next = corners[(at + 1) % corners.len()];
            let (here, there) = (side(*corner), side(next));
            if here >= 0.0 {
                shared.push(*corner);
            }
            if (here >= 0.0) != (there >= 0.0) {
                let part = here / (here - there);
                shared.push((corner.0 + (next.0 - corner.0) * part, corner.1 + (next.1 - corner.1) * part));
            }
        }
    }
    let common = area(&shared);
    common / (area(a) + area(b) - common)
}

fn area(corners: &[(f64, f64)]) -> f64 {
    let doubled: f64 = corners
        .iter()
        .enumerate()
        .map(|(index, a)| {
            let b = corners[(index + 1) % corners.len()];
            a.0 * b.1 - a.1 * b.0
        })
        .sum();
    doubled.abs() / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_a_square_is_half_of_both() {
        let square = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)];
        let half = [(0.0, 0.0), (5.0, 0.0), (5.0, 10.0), (0.0, 10.0)];
        let aside = square.map(|(x, y)| (x + 20.0, y));
        assert!((overlap(&square, &half) - 0.5).abs() < 1e-9);
        assert!((overlap(&square, &square) - 1.0).abs() < 1e-9);
        assert!(overlap(&square, &aside) < 1e-9);
    }
}
