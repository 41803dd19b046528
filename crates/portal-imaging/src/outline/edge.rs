//! Sides of a shape brought to where the picture changes, and how well it changes there.

use super::mask::Scene;
use super::quad::{Point, Quad, length, minus};

/// Places looked at along each side.
const PLACES: usize = 36;
/// Share of a side at each end that isn't looked at: corners may be round.
const ENDS: f32 = 0.08;
/// Change across a side, in the units of a scene, below which there is no edge.
const FAINT: f32 = 0.07;

/// How far from its sides a shape is corrected, and how wide the strips are that are compared there, in pixels.
#[derive(Clone, Copy)]
pub(super) struct Reach {
    pub radius: i32,
    pub strip: i32,
}

/// Sides moved to the strongest change near them; sides that `fixed` names stay.
pub(super) fn refined(scene: &Scene, quad: &Quad, reach: Reach, fixed: [bool; 4]) -> Option<Quad> {
    let mut lines = quad.sides();
    for (line, _) in lines.iter_mut().zip(fixed).filter(|(_, fixed)| !fixed) {
        *line = moved(scene, *line, reach)?;
    }
    Quad::of_lines(lines)
}

fn moved(
    scene: &Scene,
    (from, to): (Point, Point),
    Reach { radius, strip }: Reach,
) -> Option<(Point, Point)> {
    let normal = outward(from, to)?;
    let mut found: Vec<(Point, f32)> = Vec::with_capacity(PLACES);
    for place in places(from, to) {
        let along: Vec<[f32; 3]> = (-radius - strip..radius + strip)
            .map(|step| scene.at(ahead(place, normal, step as f32 + 0.5)))
            .collect();
        let sum = |from: usize| {
            along[from..from + strip as usize].iter().fold([0.0; 3], |sum, pixel| add(sum, *pixel, 1.0))
        };
        let best = (0..=2 * radius as usize)
            .map(|at| (at, size(add(sum(at + strip as usize), sum(at), -1.0)) / strip as f32))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        let (at, change) = best?;
        if change >= FAINT {
            found.push((ahead(place, normal, at as f32 - radius as f32), change));
        }
    }
    line_through(&found)
}

/// The line that most of the points lie near, through the mean of those.
fn line_through(points: &[(Point, f32)]) -> Option<(Point, Point)> {
    const NEAR_PX: f32 = 1.2;
    let mut best: Option<(usize, Point, Point)> = None;
    for (first, (a, _)) in points.iter().enumerate() {
        for (b, _) in points.iter().skip(first + PLACES / 4) {
            let Some(normal) = outward(*a, *b) else { continue };
            let near = points.iter().filter(|(point, _)| off(*point, *a, normal).abs() <= NEAR_PX).count();
            if best.is_none_or(|(most, ..)| near > most) {
                best = Some((near, *a, normal));
            }
        }
    }
    let (count, on_it, normal) = best?;
    if count < PLACES / 4 {
        return None;
    }
    // Least squares of the distance along the direction of the line found.
    let direction = (-normal.1, normal.0);
    let (mut n, mut sum_t, mut sum_d, mut sum_tt, mut sum_td) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (point, _) in points.iter().filter(|(point, _)| off(*point, on_it, normal).abs() <= NEAR_PX) {
        let relative = minus(*point, on_it);
        let (t, d) = (relative.0 * direction.0 + relative.1 * direction.1, off(*point, on_it, normal));
        n += 1.0;
        sum_t += t;
        sum_d += d;
        sum_tt += t * t;
        sum_td += t * d;
    }
    let divisor: f32 = n * sum_tt - sum_t * sum_t;
    let slope = if divisor.abs() > f32::EPSILON { (n * sum_td - sum_t * sum_d) / divisor } else { 0.0 };
    let base = (sum_d - slope * sum_t) / n;
    let at = |t: f32| {
        let d = base + slope * t;
        (on_it.0 + direction.0 * t + normal.0 * d, on_it.1 + direction.1 * t + normal.1 * d)
    };
    Some((at(0.0), at(100.0)))
}

/// How sure each side is, from 0 to 1: the share of places at which the picture changes in the side's common way.
pub(super) fn support(scene: &Scene, quad: &Quad, strip: i32) -> [f32; 4] {
    quad.sides().map(|(from, to)| {
        let Some(normal) = outward(from, to) else { return 0.0 };
        let changes: Vec<[f32; 3]> = places(from, to)
            .map(|place| {
                let strip_at = |sign: f32| {
                    (0..strip).fold([0.0; 3], |sum, step| {
                        add(sum, scene.at(ahead(place, normal, sign * (step as f32 + 0.8))), 1.0)
                    })
                };
                add(strip_at(-1.0), strip_at(1.0), -1.0).map(|channel| channel / strip as f32)
            })
            .collect();
        let count = changes.len() as f32;
        let mean = changes.iter().fold([0.0; 3], |sum, change| add(sum, *change, 1.0 / count));
        if size(mean) < FAINT {
            return 0.0;
        }
        let product = |change: &[f32; 3]| change.iter().zip(mean).map(|(a, b)| a * b).sum::<f32>();
        let agreeing = changes.iter().filter(|change| product(change) >= 0.4 * product(&mean));
        agreeing.count() as f32 / count
    })
}

fn places(from: Point, to: Point) -> impl Iterator<Item = Point> {
    (0..PLACES).map(move |index| {
        let share = ENDS + (1.0 - 2.0 * ENDS) * index as f32 / (PLACES - 1) as f32;
        (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share)
    })
}

/// At a right angle to a side of a shape that goes clockwise, away from it.
fn outward(from: Point, to: Point) -> Option<Point> {
    let along = minus(to, from);
    let length = length(along);
    (length > 1.0).then_some((along.1 / length, -along.0 / length))
}

fn ahead(from: Point, direction: Point, by: f32) -> Point {
    (from.0 + direction.0 * by, from.1 + direction.1 * by)
}

fn off(point: Point, on_line: Point, normal: Point) -> f32 {
    (point.0 - on_line.0) * normal.0 + (point.1 - on_line.1) * normal.1
}

fn add(sum: [f32; 3], pixel: [f32; 3], times: f32) -> [f32; 3] {
    [sum[0] + pixel[0] * times, sum[1] + pixel[1] * times, sum[2] + pixel[2] * times]
}

/// Colours tell more than brightness, which shade changes too.
fn size(change: [f32; 3]) -> f32 {
    change[0].abs() + 1.5 * (change[1].abs() + change[2].abs())
}
