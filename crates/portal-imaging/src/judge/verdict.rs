//! What follows from the measurements.

use serde::{Deserialize, Serialize};

use super::Measurements;
use crate::Subject;
use crate::outline::Point;

// Beside each threshold: the worst of the flawed pictures, and the worst of the others.
const BLACK_BELOW: f32 = 16.0;
const BLANK_CONTRAST: f32 = 3.0;
/// 58, 170.
pub(super) const DARK_BELOW: f32 = 100.0;
/// 154, 96.
pub(super) const PALE_FROM: f32 = 122.0;
/// 0.27, 0.35, in the direction that suffered most.
const BLURRED_BELOW: f32 = 0.31;
/// The same of a part of a document, in the direction that suffered least.
pub(super) const PART_BLURRED_BELOW: f32 = 0.30;
/// 0.19 in all but one of them, 0.125.
const PARTS_BLURRED_FROM: f32 = 0.17;
/// A hand moves along one line, a lens blurs all around; in between either may have been.
const SHAKEN_BELOW: f32 = 0.42;
/// 0.021, 0.001.
const GLARE_FROM: f32 = 0.008;
/// More than this is white paper or a scan, not a reflection.
const GLARE_TO: f32 = 0.5;
const HALO_FROM: f32 = 0.1;
const SMALL_LONG_SIDE_PX: u32 = 800;
/// 0.26, 0.58.
const FAR_BELOW: f32 = 0.42;
/// 0.66, 0.90.
const TILTED_BELOW: f32 = 0.74;
/// 0 even after JPEG; any lamp tints by more.
const COLOURLESS_BELOW: f32 = 0.006;
/// 0.0008, 0.0031.
const COPY_BELOW: f32 = 0.0018;
/// 81, 20.
const DOTS_FROM: f32 = 40.0;
/// 1.30, 1.14.
const OBLIQUE_FROM: f32 = 1.22;
/// 1.54, 1.34, of words laid nearly along the print, which hide in its peak.
const LOPSIDED_FROM: f32 = 1.44;
/// 0.54, 0.20.
const EVEN_FROM: f32 = 0.35;
/// Pages 1.32 to 1.50, cards 1.47 to 1.69 as photographed: only what is clearly one is not the other.
const CARD_FROM: f32 = 1.52;
const PAGE_BELOW: f32 = 1.45;
const PORTRAIT_FROM: f32 = 0.2;
const EMBLEM_FROM: f32 = 0.35;
const EMBLEM_AT_TOP_FROM: f32 = 0.15;
/// A smaller shape in a shop is a window.
const PAPER_IN_SCENE_FROM: f32 = 0.45;
/// A page that fills the picture has no edges to be found.
const PAGE_WHITENESS: f32 = 0.75;

/// What is wrong with a readable picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictCode {
    /// Out of focus.
    Blurred,
    /// The hand moved.
    Shaken,
    TooDark,
    /// So much light that print pales.
    TooBright,
    /// A reflection hides a part.
    Glare,
    /// Too few pixels.
    TooSmall,
    /// One even surface: a covered lens, an empty page.
    Blank,
    /// The document is a small part of the picture.
    TooFar,
    /// A part of the document is outside the picture.
    Cut,
    /// Seen too much from the side.
    Tilted,
    /// Without any colour.
    Greyscale,
    /// A copy without colours.
    Photocopy,
    /// Taken from a screen with a camera.
    ScreenPhoto,
    /// A device's own picture of its screen.
    Screenshot,
    /// Words are laid obliquely over the picture.
    Watermarked,
    /// No document is to be seen where one belongs.
    NoDocument,
    /// The other side of the card belongs here.
    WrongSide,
    /// Another kind of picture belongs here.
    WrongDocument,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Likely to be returned by a reviewer; the user decides.
    Warn,
    /// Cannot show what is asked for.
    Block,
}

/// A rectangle in pixels of the picture that is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

impl Region {
    pub(super) fn between(upper_left: Point, lower_right: Point) -> Self {
        let px = |value: f32| value.max(0.0).round() as u32;
        let (x, y) = (px(upper_left.0), px(upper_left.1));
        Self { x, y, width: px(lower_right.0).saturating_sub(x), height: px(lower_right.1).saturating_sub(y) }
    }

    pub(super) fn around(points: &[Point]) -> Self {
        let least = |of: fn(&Point) -> f32| points.iter().map(of).fold(f32::MAX, f32::min);
        let most = |of: fn(&Point) -> f32| points.iter().map(of).fold(0.0, f32::max);
        Self::between((least(|p| p.0), least(|p| p.1)), (most(|p| p.0), most(|p| p.1)))
    }

    pub(super) fn scaled(self, factor: f32) -> Self {
        let (x, y) = (self.x as f32 * factor, self.y as f32 * factor);
        Self::between((x, y), (x + self.width as f32 * factor, y + self.height as f32 * factor))
    }
}

/// In which ninth of the picture something is, or that it is nearly everywhere: a region in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    UpperLeft,
    Above,
    UpperRight,
    Left,
    Middle,
    Right,
    LowerLeft,
    Below,
    LowerRight,
    Everywhere,
}

impl Place {
    fn of(region: Region, frame: Region) -> Self {
        let seen = |from: u32, length: u32, side: u32| length.min(side.saturating_sub(from));
        let fills = |from, length, side: u32| u64::from(seen(from, length, side)) * 3 > u64::from(side) * 2;
        if fills(region.x, region.width, frame.width) && fills(region.y, region.height, frame.height) {
            return Self::Everywhere;
        }
        let third = |from: u32, length: u32, side: u32| {
            let middle = u64::from(from) + u64::from(seen(from, length, side)) / 2;
            usize::try_from(middle * 3 / u64::from(side.max(1))).unwrap_or(2).min(2)
        };
        let places = [
            [Self::UpperLeft, Self::Above, Self::UpperRight],
            [Self::Left, Self::Middle, Self::Right],
            [Self::LowerLeft, Self::Below, Self::LowerRight],
        ];
        places[third(region.y, region.height, frame.height)][third(region.x, region.width, frame.width)]
    }
}

/// One finding with the measured value and the threshold it crossed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    pub code: VerdictCode,
    pub severity: Severity,
    pub measured: f32,
    pub threshold: f32,
    /// Where, if it is one place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// The same in a word, unless it is the whole document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// What a document looks like.
struct Shown {
    is_card: bool,
    is_page: bool,
    has_portrait: bool,
    has_emblem: bool,
    emblem_on_top: bool,
}

impl Shown {
    fn by(measured: &Measurements) -> Self {
        let is_page = measured.aspect < PAGE_BELOW;
        let has_portrait = measured.portrait_at_the_right >= PORTRAIT_FROM && !is_page;
        Self {
            is_card: measured.aspect >= CARD_FROM,
            is_page,
            has_portrait,
            has_emblem: measured.emblem_at_the_left >= EMBLEM_FROM && !is_page && !has_portrait,
            emblem_on_top: measured.emblem_at_the_top >= EMBLEM_AT_TOP_FROM,
        }
    }
}

impl Measurements {
    /// The paper that the picture shows, where that shows without reading: never a bank card, which may look like
    /// anything.
    pub fn looks_like(&self) -> Option<Subject> {
        let shown = Shown::by(self);
        if self.aspect == 0.0 {
            None
        } else if shown.has_portrait {
            Some(Subject::IdPortrait)
        } else if shown.has_emblem {
            Some(Subject::IdEmblem)
        } else {
            (shown.emblem_on_top && !shown.is_card).then_some(Subject::Licence)
        }
    }
}

/// Where things are, in pixels of the picture that is sent.
pub(super) struct Places {
    pub frame: Region,
    pub document: Option<Region>,
    pub glare: Region,
    /// Of the parts of what is looked at: where they are out of focus, in the dark, or pale.
    pub unsharp: Option<Region>,
    pub dark: Option<Region>,
    pub pale: Option<Region>,
    /// Sides of the frame that cut the document: above, at the right, below, at the left.
    pub cut: [bool; 4],
}

pub(super) fn verdicts(measured: &Measurements, places: &Places, subject: Subject) -> Vec<Verdict> {
    let mut findings = Findings { frame: places.frame, document: places.document, found: Vec::new() };
    let long_side = measured.width.max(measured.height);
    if long_side < SMALL_LONG_SIDE_PX {
        findings.warn(VerdictCode::TooSmall, (long_side as f32, SMALL_LONG_SIDE_PX as f32), None);
    }
    if measured.mean_luma < BLACK_BELOW && measured.lightest < DARK_BELOW {
        findings.block(VerdictCode::TooDark, (measured.mean_luma, BLACK_BELOW));
    } else if measured.contrast < BLANK_CONTRAST {
        findings.block(VerdictCode::Blank, (measured.contrast, BLANK_CONTRAST));
    } else if measured.even_share >= EVEN_FROM && subject != Subject::Anything {
        // What is drawn has neither light nor focus to be judged.
        findings.warn(VerdictCode::Screenshot, (measured.even_share, EVEN_FROM), None);
    } else {
        findings.of_a_photo(measured, places, subject);
        if subject.is_document() {
            findings.of_a_document(measured, places, subject);
        } else if subject == Subject::Scene {
            findings.of_a_scene(measured, places);
        }
    }
    findings.found
}

struct Findings {
    frame: Region,
    document: Option<Region>,
    found: Vec<Verdict>,
}

impl Findings {
    /// What makes any photo hard to see.
    fn of_a_photo(&mut self, measured: &Measurements, places: &Places, subject: Subject) {
        if measured.dots >= DOTS_FROM {
            self.warn(VerdictCode::ScreenPhoto, (measured.dots, DOTS_FROM), places.document);
        }
        if measured.lightest < DARK_BELOW {
            self.warn(VerdictCode::TooDark, (measured.lightest, DARK_BELOW), places.dark);
        }
        if measured.darkest >= PALE_FROM {
            self.warn(VerdictCode::TooBright, (measured.darkest, PALE_FROM), places.pale);
        } else if measured.halo >= HALO_FROM && (GLARE_FROM..=GLARE_TO).contains(&measured.glare_share) {
            self.warn(VerdictCode::Glare, (measured.glare_share, GLARE_FROM), Some(places.glare));
        }
        let [least, most] = [f32::min, f32::max].map(|of| measured.sharpness.into_iter().reduce(of));
        let (least, most) = (least.unwrap_or_default(), most.unwrap_or_default());
        let is_far =
            subject.is_document() && places.document.is_some() && measured.document_side_share < FAR_BELOW;
        // A document of few pixels and a screen's dots hide what the lens did.
        let is_small = subject.is_document() && self.has(VerdictCode::TooSmall);
        if self.has(VerdictCode::ScreenPhoto) || is_small || is_far {
            return;
        }
        if least < BLURRED_BELOW {
            let moved = least < SHAKEN_BELOW * most;
            // Along the way that the hand went nothing is sharp anywhere.
            let (code, region) =
                if moved { (VerdictCode::Shaken, None) } else { (VerdictCode::Blurred, places.unsharp) };
            self.warn(code, (least, BLURRED_BELOW), region);
        } else if subject.is_document()
            && places.document.is_some()
            && measured.less_sharp_share >= PARTS_BLURRED_FROM
        {
            let parts = (measured.less_sharp_share, PARTS_BLURRED_FROM);
            self.warn(VerdictCode::Blurred, parts, places.unsharp);
        }
    }

    fn of_a_document(&mut self, measured: &Measurements, places: &Places, subject: Subject) {
        let is_pale = self.has(VerdictCode::TooBright);
        let is_grey = measured.tint < COLOURLESS_BELOW;
        if subject.in_colour() && !is_pale {
            if is_grey {
                self.warn(VerdictCode::Greyscale, (measured.tint, COLOURLESS_BELOW), None);
            } else if measured.document_coloured_share < COPY_BELOW {
                let share = measured.document_coloured_share;
                self.warn(VerdictCode::Photocopy, (share, COPY_BELOW), places.document);
            }
        }
        let may_be_told = self.found.is_empty();
        let is_far = measured.document_side_share < FAR_BELOW;
        let is_tilted = places.document.is_some() && !is_far && measured.straightness < TILTED_BELOW;
        // Blurred or in dots, edges run where the lens or the screen has them run; from aside print itself is oblique.
        if (may_be_told || is_grey) && !is_tilted {
            if measured.oblique_peak >= OBLIQUE_FROM {
                self.warn(VerdictCode::Watermarked, (measured.oblique_peak, OBLIQUE_FROM), places.document);
            } else if measured.lopsidedness >= LOPSIDED_FROM {
                self.warn(VerdictCode::Watermarked, (measured.lopsidedness, LOPSIDED_FROM), places.document);
            }
        }
        let Some(document) = places.document else {
            if measured.whiteness < PAGE_WHITENESS && may_be_told {
                self.warn(VerdictCode::NoDocument, (measured.whiteness, PAGE_WHITENESS), None);
            }
            return;
        };
        if places.cut.contains(&true) {
            self.warn(VerdictCode::Cut, (1.0, 0.0), Some(cut_edge(places, document)));
            return;
        }
        if is_far {
            self.warn(VerdictCode::TooFar, (measured.document_side_share, FAR_BELOW), Some(document));
        } else if is_tilted {
            self.warn(VerdictCode::Tilted, (measured.straightness, TILTED_BELOW), Some(document));
            return;
        }
        // What light or focus took away would be missed here.
        if may_be_told {
            self.of_a_kind(measured, document, subject);
        }
    }

    /// Whether it is the document that belongs here, where that shows without reading.
    fn of_a_kind(&mut self, measured: &Measurements, document: Region, subject: Subject) {
        let aspect = (measured.aspect, CARD_FROM);
        let portrait = (measured.portrait_at_the_right, PORTRAIT_FROM);
        let emblem = (measured.emblem_at_the_left, EMBLEM_FROM);
        let at_the_top = (measured.emblem_at_the_top, EMBLEM_AT_TOP_FROM);
        let Shown { is_card, is_page, has_portrait, has_emblem, emblem_on_top } = Shown::by(measured);
        let found = match subject {
            Subject::Anything | Subject::Scene => None,
            Subject::Paper | Subject::Certificate => is_card.then_some((VerdictCode::WrongDocument, aspect)),
            Subject::Licence if is_card => Some((VerdictCode::WrongDocument, aspect)),
            Subject::Licence => (!emblem_on_top).then_some((VerdictCode::WrongDocument, at_the_top)),
            Subject::IdPortrait if has_emblem => Some((VerdictCode::WrongSide, emblem)),
            Subject::IdPortrait => (!has_portrait).then_some((VerdictCode::WrongDocument, portrait)),
            Subject::IdEmblem if has_portrait => Some((VerdictCode::WrongSide, portrait)),
            Subject::IdEmblem => (!has_emblem).then_some((VerdictCode::WrongDocument, emblem)),
            Subject::BankCard if has_portrait => Some((VerdictCode::WrongDocument, portrait)),
            Subject::BankCard if has_emblem => Some((VerdictCode::WrongDocument, emblem)),
            Subject::BankCard => is_page.then_some((VerdictCode::WrongDocument, aspect)),
        };
        if let Some((code, values)) = found {
            self.warn(code, values, Some(document));
        }
    }

    fn of_a_scene(&mut self, measured: &Measurements, places: &Places) {
        if let Some(document) = places.document
            && measured.document_side_share >= PAPER_IN_SCENE_FROM
            && !places.cut.contains(&true)
        {
            let share = measured.document_side_share;
            self.warn(VerdictCode::WrongDocument, (share, PAPER_IN_SCENE_FROM), Some(document));
        }
        if measured.tint < COLOURLESS_BELOW && !self.has(VerdictCode::TooBright) {
            self.warn(VerdictCode::Greyscale, (measured.tint, COLOURLESS_BELOW), None);
        }
    }

    fn has(&self, code: VerdictCode) -> bool {
        self.found.iter().any(|verdict| verdict.code == code)
    }

    fn warn(&mut self, code: VerdictCode, (measured, threshold): (f32, f32), region: Option<Region>) {
        self.add(code, Severity::Warn, (measured, threshold), region);
    }

    fn block(&mut self, code: VerdictCode, (measured, threshold): (f32, f32)) {
        self.add(code, Severity::Block, (measured, threshold), None);
    }

    fn add(
        &mut self,
        code: VerdictCode,
        severity: Severity,
        (measured, threshold): (f32, f32),
        region: Option<Region>,
    ) {
        // Where the whole document is needs no word.
        let place = region.filter(|region| Some(*region) != self.document);
        let place = place.map(|region| Place::of(region, self.frame));
        self.found.push(Verdict { code, severity, measured, threshold, region, place });
    }
}

/// A strip along the side of the frame that cuts the document.
fn cut_edge(places: &Places, document: Region) -> Region {
    let frame = places.frame;
    let deep = frame.width.min(frame.height) / 25;
    let right = document.x.saturating_add(document.width).min(frame.width);
    let bottom = document.y.saturating_add(document.height).min(frame.height);
    let (width, height) = (right.saturating_sub(document.x), bottom.saturating_sub(document.y));
    match places.cut {
        [true, ..] => Region { x: document.x, y: 0, width, height: deep },
        [_, true, ..] => Region { x: frame.width - deep, y: document.y, width: deep, height },
        [_, _, true, _] => Region { x: document.x, y: frame.height - deep, width, height: deep },
        [..] => Region { x: 0, y: document.y, width: deep, height },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_in_a_word() {
        let frame = Region { x: 0, y: 0, width: 900, height: 600 };
        let at = |x: u32, y: u32, width: u32, height: u32| Place::of(Region { x, y, width, height }, frame);
        assert_eq!(at(0, 0, 100, 100), Place::UpperLeft);
        assert_eq!(at(400, 10, 100, 100), Place::Above);
        assert_eq!(at(100, 450, 700, 100), Place::Below);
        assert_eq!(at(700, 0, 200, 600), Place::Right);
        assert_eq!(at(350, 250, 200, 100), Place::Middle);
        assert_eq!(at(800, 500, 900, 900), Place::LowerRight, "beyond the border");
        assert_eq!(at(50, 30, 800, 540), Place::Everywhere);
    }
}
