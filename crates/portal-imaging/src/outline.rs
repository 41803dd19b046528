//! Where the document lies in a picture: its corners, found by colour and brightness, brought to its edges.

mod edge;
mod mask;
mod quad;

use serde::{Deserialize, Serialize};

use crate::Rejection;
use crate::raster::Raster;
use edge::Reach;
use mask::{Patch, Scene};
pub(crate) use quad::{Point, Quad};

/// Long side of the picture that is searched, in pixels.
const SEARCH_SIDE_PX: u32 = 256;
/// Standard deviations from the table at which something else begins; the most careful first.
const DIFFERENCES: [f32; 3] = [6.0, 3.5, 10.0];
/// A shape is believed from this support of its sides on.
const BELIEVED: f32 = 0.6;
/// A shape with this support needs no further search.
const CERTAIN: f32 = 0.93;
/// Smallest document looked for, as a share of the picture.
const SMALLEST: f32 = 0.012;
/// A page fills the frame from this share of it on, and lies straight up to this slope of its sides.
const FILLING: f32 = 0.93;
const STRAIGHT: f32 = 0.02;
/// What is printed on a page takes this share of the picture at most, and is darker than the paper by this much, as ln.
const LARGEST_PRINT: f32 = 0.2;
const INK: f32 = 0.5;
/// A document is lighter than its table by this much at least, as ln.
const LIGHTER: f32 = 0.1;
/// Share of a side of the document that lies on the frame's edge, from which on it is cut there.
const CUT_FROM: f32 = 0.35;

/// A corner in pixels of the picture that is sent; (0, 0) is its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corner {
    pub x: u32,
    pub y: u32,
}

/// A document's corners, clockwise from the upper left one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    pub corners: [Corner; 4],
}

impl Outline {
    /// Corners that the paper's own roundness, or a hair of the frame, puts outside are brought to the frame.
    pub(crate) fn of(quad: &Quad, width: u32, height: u32) -> Self {
        let px = |value: f32, most: u32| (value.round().max(0.0) as u32).min(most);
        Self { corners: quad.0.map(|(x, y)| Corner { x: px(x, width), y: px(y, height) }) }
    }
}

/// What was found, in pixels of the plane that was searched.
pub(crate) struct Found {
    pub quad: Quad,
    /// Which sides of the frame cut it: above, at the right, below, at the left.
    pub cut: [bool; 4],
}

/// Finds the document in a reduced picture.
pub(crate) fn find(plane: &Raster) -> Result<Option<Found>, Rejection> {
    let small = plane.area_averaged(plane.size_at(SEARCH_SIDE_PX.min(plane.long_side())))?;
    let scene = Scene::of(&small);
    let Some(best) = search(&scene) else { return Ok(None) };
    let factor = plane.width as f32 / small.width as f32;
    let rough = best.quad.scaled(factor);
    let fine = Scene::of(plane);
    let reach = Reach { radius: (1.6 * factor).ceil() as i32, strip: 4 };
    let quad =
        edge::refined(&fine, &rough, reach, best.cut).filter(|quad| is_near(quad, &rough)).unwrap_or(rough);
    let is_scanned = best.cut.contains(&true) && fills_the_frame(&quad, &fine);
    Ok((!is_scanned && !is_print(&quad, &fine)).then_some(Found { quad, cut: best.cut }))
}

/// A page on a scanner's glass reaches its sides, and by a hair beyond; in a hand's photo it wouldn't lie so straight.
fn fills_the_frame(quad: &Quad, scene: &Scene) -> bool {
    let along = |(from, to): (Point, Point)| {
        let (across, down) = ((to.0 - from.0).abs(), (to.1 - from.1).abs());
        across.min(down) <= STRAIGHT * across.max(down)
    };
    quad.area() >= FILLING * (scene.width * scene.height) as f32 && quad.sides().into_iter().all(along)
}

/// Whether the shape is a seal or a code on a page that has no edges in the picture: it isn't lighter than what it lies on, and there is as
/// much ink around it as in it.
fn is_print(quad: &Quad, scene: &Scene) -> bool {
    if quad.area() > LARGEST_PRINT * (scene.width * scene.height) as f32 {
        return false;
    }
    let seen = (0..scene.height).step_by(2).flat_map(|y| (0..scene.width).step_by(2).map(move |x| (x, y)));
    let (mut inside, mut outside): (Vec<f32>, Vec<f32>) = (Vec::new(), Vec::new());
    for (x, y) in seen {
        let tones = if quad.holds((x as f32, y as f32)) { &mut inside } else { &mut outside };
        tones.push(scene.pixels[y * scene.width + x][0]);
    }
    let (Some(within), Some(paper)) = (middle(&mut inside), middle(&mut outside)) else { return false };
    let ink = |tones: &[f32]| tones.iter().filter(|tone| **tone < paper - INK).count();
    within < paper + LIGHTER && ink(&outside) >= ink(&inside)
}

fn middle(tones: &mut [f32]) -> Option<f32> {
    let half = tones.len() / 2;
    (!tones.is_empty()).then(|| *tones.select_nth_unstable_by(half, f32::total_cmp).1)
}

struct Candidate {
    quad: Quad,
    cut: [bool; 4],
    support: f32,
}

fn search(scene: &Scene) -> Option<Candidate> {
    let mut best: Option<Candidate> = None;
    let mut consider = |patch: Option<Patch>| {
        let candidate = patch.and_then(|patch| candidate(scene, patch));
        if let Some(candidate) = candidate
            && best.as_ref().is_none_or(|best| candidate.support > best.support)
        {
            best = Some(candidate);
        }
        best.as_ref().is_some_and(|best| best.support >= CERTAIN)
    };
    for ground in scene.grounds() {
        for difference in DIFFERENCES {
            if consider(scene.differing(&ground, difference).tidied(1).largest()) {
                return best;
            }
        }
    }
    consider(scene.bright().tidied(1).largest());
    best.filter(|best| best.support >= BELIEVED)
}

fn candidate(scene: &Scene, mut patch: Patch) -> Option<Candidate> {
    let frame = (scene.width * scene.height) as f32;
    let q = Quad::around(&mut patch.edge);
    let rough = q?;
    let cut = cuts(&rough, patch.on_frame);
    // A paper that reaches three sides of the frame is no paper on a table.
    if rough.area() < SMALLEST * frame || cut.iter().filter(|cut| **cut).count() > 2 {
        return None;
    }
    // What it encloses must be filled, or it is a collection of things.
    if (patch.pixels as f32) < 0.6 * rough.area() {
        return None;
    }
    let reach = Reach { radius: 2, strip: 3 };
    let quad = edge::refined(scene, &rough, reach, cut).filter(|quad| is_near(quad, &rough)).unwrap_or(rough);
    if !is_paper_like(&quad) {
        return None;
    }
    let support = edge::support(scene, &quad, 3);
    let kept: Vec<f32> =
        support.into_iter().zip(cut).filter(|(_, cut)| !cut).map(|(support, _)| support).collect();
    let least = kept.iter().copied().fold(1.0, f32::min);
    let mean = kept.iter().sum::<f32>() / kept.len().max(1) as f32;
    Some(Candidate { quad, cut, support: (least + mean) / 2.0 })
}

/// Sides of the shape, clockwise from the upper one, of which a good part lies on the frame's edge.
fn cuts(quad: &Quad, on_frame: [usize; 4]) -> [bool; 4] {
    let mut cut = [false; 4];
    for ((cut, on_frame), length) in cut.iter_mut().zip(on_frame).zip(quad.side_lengths()) {
        *cut = on_frame as f32 >= CUT_FROM * length;
    }
    cut
}

/// Every corner within a few percent of where it was.
fn is_near(quad: &Quad, rough: &Quad) -> bool {
    let allowed = 0.09 * rough.area().max(0.0).sqrt() + 2.0;
    quad.0.iter().zip(rough.0).all(|(a, b)| (a.0 - b.0).hypot(a.1 - b.1) <= allowed)
}

fn is_paper_like(quad: &Quad) -> bool {
    let [top, right, bottom, left] = quad.side_lengths();
    let (across, down) = ((top + bottom) / 2.0, (left + right) / 2.0);
    let aspect = across.max(down) / across.min(down).max(1.0);
    quad.corner_sines().into_iter().all(|sine| sine > 0.5) && aspect < 2.6
}
