//! Is the picture good enough to be read by a person, and does it show what its slot asks for?
//!
//! Everything that a person might still accept only warns. Thresholds are fixed on the pictures with even seeds of
//! `portal-pictures` and reported on those with odd ones (`cargo xtask bench photos-verdicts`).

mod area;
mod glare;
mod oblique;
mod page;
mod parts;
mod sharpness;
mod texture;
mod tint;
mod tones;
mod verdict;

use serde::{Deserialize, Serialize};

use crate::outline::{self, Found, Outline, Quad};
use crate::planes::Planes;
use crate::raster::size_at;
use crate::{PictureHash, Rejection, Subject};
use area::Area;
use glare::Glare;
use oblique::Directions;
use page::Page;
use parts::Parts;
use sharpness::Steepness;
use tones::Tones;

pub(crate) use texture::Texture;
pub use verdict::{Place, Region, Severity, Verdict, VerdictCode};

/// Long side of the plane that is measured, in pixels: fine enough for text lines, coarse enough to average
/// out sensor noise, which would hide blur.
const PLANE_SIDE_PX: u32 = 1024;
/// Long side of the plane that colours and light patches are looked for in.
const SMALL_SIDE_PX: u32 = 256;
/// Share of a document at its sides that isn't measured: its edge is sharp and its table is coloured.
const MARGIN: f32 = 0.03;

/// Numbers behind the verdicts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measurements {
    /// Of the picture that is sent, in pixels.
    pub width: u32,
    pub height: u32,
    /// Of the whole picture, 0 (black) to 255.
    pub mean_luma: f32,
    /// Standard deviation of brightness of the whole picture.
    pub contrast: f32,
    /// The tone that 1 % of the whole picture are darker than.
    pub darkest: f32,
    /// The tone that 1 % of the document are lighter than.
    pub lightest: f32,
    /// The middle tone of the whole picture against its lightest: near 1 where a page fills it.
    pub whiteness: f32,
    /// How much of what changes over a dozen pixels does so within three: across, down, and along both diagonals.
    pub sharpness: [f32; 4],
    /// Of the document's parts with print, the share that is out of focus.
    pub less_sharp_share: f32,
    /// Share of the picture that is burnt out in patches.
    pub glare_share: f32,
    /// Nearly burnt out pixels for each that is: a reflection fades out over them, printed or scanned white does not.
    pub halo: f32,
    /// How far the colour channels are apart on average, as a share of the brightness.
    pub tint: f32,
    /// Share of the document whose colour isn't the common one.
    pub document_coloured_share: f32,
    /// Share of pixels in runs of exactly one colour.
    pub even_share: f32,
    /// By how much regular dots stand out of the fine texture.
    pub dots: f32,
    /// How much commoner edges in one oblique direction are than in those around it, and than in the one mirrored at the print's.
    pub oblique_peak: f32,
    pub lopsidedness: f32,
    /// Side of a square as large as the document, against one as large as the picture; 0 where no document was found.
    pub document_side_share: f32,
    /// How much of its parts look as on a licence, and on each side of an identity card; 0 where no document was found.
    pub emblem_at_the_top: f32,
    pub emblem_at_the_left: f32,
    pub portrait_at_the_right: f32,
    /// Longer by shorter side of the document; 0 where none was found.
    pub aspect: f32,
    /// The smaller of the opposite sides' ratios, 1 where the camera looked straight down; 0 where no document was found.
    pub straightness: f32,
}

/// What was measured of a picture, and what follows.
pub(crate) struct Judged {
    pub measurements: Measurements,
    pub outline: Option<Outline>,
    pub hash: PictureHash,
    pub verdicts: Vec<Verdict>,
}

/// Judges a picture as it will be sent; `texture` is that of its pixels before anything was done to them.
pub(crate) fn judge(picture: &Planes, texture: Texture, subject: Subject) -> Result<Judged, Rejection> {
    let (width, height) = picture.size();
    let side_px = PLANE_SIDE_PX.min(width.max(height));
    let colours = picture.area_averaged(size_at((width, height), side_px))?;
    let small = colours.area_averaged(colours.size_at(SMALL_SIDE_PX.min(colours.long_side())))?;
    let plane = colours.luma();
    let found = outline::find(&colours)?;

    let whole = Area::whole(&plane);
    let small_by = small.width as f32 / plane.width as f32;
    // In a scene something with four sides is a window, not what is looked at.
    let (area, small_area) = match found.as_ref().filter(|_| subject.is_document()) {
        Some(Found { quad, .. }) => {
            (Area::within(&plane, quad, MARGIN), Area::within(&small, &quad.scaled(small_by), MARGIN))
        }
        None => (Area::whole(&plane), Area::whole(&small)),
    };
    let tones = Tones::of(&plane, &whole);
    let parts = Parts::of(&plane, &area);
    let glare = Glare::of(&small);
    let page = found.as_ref().map(|found| Page::of(&colours, &found.quad));
    let of_page = |of: fn(&Page) -> f32| page.as_ref().map_or(0.0, of);
    let directions = Directions::of(&plane, &area, found.as_ref().map(|found| &found.quad));
    let measurements = Measurements {
        width,
        height,
        mean_luma: tones.mean(),
        contrast: tones.contrast(),
        darkest: tones.percentile(0.01),
        lightest: Tones::of(&plane, &area).percentile(0.99),
        whiteness: tones.percentile(0.5) / tones.percentile(0.98).max(1.0),
        sharpness: Steepness::of(&plane, &area).sharpness(),
        less_sharp_share: parts.share_less_sharp(verdict::PART_BLURRED_BELOW),
        glare_share: glare.share,
        halo: tones.share(230..=249) / tones.share(250..=255).max(f32::EPSILON),
        tint: tint::tint(&small),
        document_coloured_share: tint::coloured_share(&small, &small_area),
        even_share: texture.even_share,
        dots: texture.dots,
        oblique_peak: directions.peak(),
        lopsidedness: directions.lopsidedness(),
        document_side_share: found
            .as_ref()
            .map_or(0.0, |found| (found.quad.area() / (plane.width * plane.height) as f32).max(0.0).sqrt()),
        emblem_at_the_top: of_page(Page::emblem_at_the_top),
        emblem_at_the_left: of_page(Page::emblem_at_the_left),
        portrait_at_the_right: of_page(Page::portrait_at_the_right),
        aspect: of_page(|page| page.aspect),
        straightness: found.as_ref().map_or(0.0, |found| straightness(&found.quad)),
    };
    let scale = width as f32 / plane.width as f32;
    let places = verdict::Places {
        frame: Region::between((0.0, 0.0), (width as f32, height as f32)),
        document: found.as_ref().map(|found| Region::around(&found.quad.scaled(scale).0)),
        glare: glare.region.scaled(scale / small_by),
        unsharp: parts.where_less_sharp(verdict::PART_BLURRED_BELOW).map(|part| part.scaled(scale)),
        dark: parts.where_darker(verdict::DARK_BELOW).map(|part| part.scaled(scale)),
        pale: parts.where_paler(verdict::PALE_FROM).map(|part| part.scaled(scale)),
        cut: found.as_ref().map_or([false; 4], |found| found.cut),
    };
    Ok(Judged {
        verdicts: verdict::verdicts(&measurements, &places, subject),
        outline: found
            .filter(|found| !found.cut.contains(&true))
            .map(|found| Outline::of(&found.quad.scaled(scale), width, height)),
        hash: PictureHash::of(&small),
        measurements,
    })
}

fn straightness(quad: &Quad) -> f32 {
    let [top, right, bottom, left] = quad.side_lengths();
    let ratio = |a: f32, b: f32| a.min(b) / a.max(b).max(f32::EPSILON);
    ratio(top, bottom).min(ratio(left, right))
}
