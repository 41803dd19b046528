//! Convex shapes of four sides, and how a hull becomes one.

/// A point in pixels; whole numbers are the corners of pixels.
pub(crate) type Point = (f32, f32);

/// Four corners, clockwise from the upper left one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quad(pub [Point; 4]);

impl Quad {
    /// The four-sided shape around points that holds least besides them: sides of their hull are taken away, those
    /// first whose neighbours meet closest to it. Round corners thereby become pointed ones.
    pub fn around(points: &mut [Point]) -> Option<Self> {
        let mut hull = hull(points);
        while hull.len() > 4 {
            let count = hull.len();
            let at = |index: usize| hull[index % count];
            let cheapest = (0..count)
                .filter_map(|index| {
                    let (before, from, to, after) = (at(index), at(index + 1), at(index + 2), at(index + 3));
                    let meeting = meeting((before, from), (after, to))?;
                    // Neighbours that part from each other meet on the wrong side.
                    let added = cross(from, meeting, to);
                    let ahead = dot(minus(from, before), minus(meeting, from)) >= 0.0;
                    (added >= 0.0 && ahead).then_some((index, meeting, added))
                })
                .min_by(|a, b| a.2.total_cmp(&b.2));
            let (index, meeting, _) = cheapest?;
            hull[(index + 1) % count] = meeting;
            hull.remove((index + 2) % count);
        }
        let corners: [Point; 4] = hull.try_into().ok()?;
        Some(Self(corners).starting_upper_left())
    }

    pub fn scaled(self, factor: f32) -> Self {
        Self(self.0.map(|(x, y)| (x * factor, y * factor)))
    }

    pub fn area(&self) -> f32 {
        let [a, b, c, d] = self.0;
        (cross(a, b, c) + cross(a, c, d)) / 2.0
    }

    /// The sides, clockwise from the upper one.
    pub fn sides(&self) -> [(Point, Point); 4] {
        let [a, b, c, d] = self.0;
        [(a, b), (b, c), (c, d), (d, a)]
    }

    pub fn side_lengths(&self) -> [f32; 4] {
        self.sides().map(|(from, to)| length(minus(to, from)))
    }

    /// Whether a place is inside.
    pub fn holds(&self, place: Point) -> bool {
        self.sides().into_iter().all(|(from, to)| cross(from, to, place) >= 0.0)
    }

    /// Sines of the angles at the corners: all positive where the shape is convex and goes clockwise.
    pub fn corner_sines(&self) -> [f32; 4] {
        let [a, b, c, d] = self.0;
        [(d, a, b), (a, b, c), (b, c, d), (c, d, a)].map(|(before, at, after)| {
            cross(before, at, after)
                / (length(minus(at, before)) * length(minus(after, at))).max(f32::EPSILON)
        })
    }

    /// A place given by shares of the way from left to right and from top to bottom; straight lines stay straight
    /// along the sides only, which is enough to look at places, not to read.
    pub fn inside(&self, across: f32, down: f32) -> Point {
        let [a, b, c, d] = self.0;
        let mix = |from: Point, to: Point, share: f32| {
            (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share)
        };
        mix(mix(a, b, across), mix(d, c, across), down)
    }

    /// From four sides given as lines, clockwise from the upper one.
    pub fn of_lines(lines: [(Point, Point); 4]) -> Option<Self> {
        let [top, right, bottom, left] = lines;
        Some(Self([
            meeting(left, top)?,
            meeting(top, right)?,
            meeting(right, bottom)?,
            meeting(bottom, left)?,
        ]))
    }

    fn starting_upper_left(self) -> Self {
        let mut corners = self.0;
        let first = (0..4).min_by(|a, b| {
            let sum = |index: &usize| corners[*index].0 + corners[*index].1;
            sum(a).total_cmp(&sum(b))
        });
        corners.rotate_left(first.unwrap_or_default());
        Self(corners)
    }
}

/// Twice the area of the triangle; positive where the three points turn clockwise, as pixels' rows go down.
fn cross(a: Point, b: Point, c: Point) -> f32 {
    (b.0 - a.0) * (c.1 - b.1) - (b.1 - a.1) * (c.0 - b.0)
}

fn dot(a: Point, b: Point) -> f32 {
    a.0 * b.0 + a.1 * b.1
}

pub(super) fn minus(a: Point, b: Point) -> Point {
    (a.0 - b.0, a.1 - b.1)
}

pub(super) fn length((x, y): Point) -> f32 {
    x.hypot(y)
}

/// Where two lines, each through two points, meet.
fn meeting((a, b): (Point, Point), (c, d): (Point, Point)) -> Option<Point> {
    let (ab, cd) = (minus(b, a), minus(d, c));
    let steepness = ab.0 * cd.1 - ab.1 * cd.0;
    if steepness.abs() < 1e-6 * (length(ab) * length(cd)).max(f32::EPSILON) {
        return None;
    }
    let ac = minus(c, a);
    let share = (ac.0 * cd.1 - ac.1 * cd.0) / steepness;
    Some((a.0 + ab.0 * share, a.1 + ab.1 * share))
}

/// The convex hull, clockwise as rows go down (Andrew's monotone chain).
fn hull(points: &mut [Point]) -> Vec<Point> {
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let half = |sequence: &mut dyn Iterator<Item = &Point>| {
        let mut chain: Vec<Point> = Vec::new();
        for point in sequence {
            while let [.., a, b] = chain[..] {
                if cross(a, b, *point) > 0.0 {
                    break;
                }
                chain.pop();
            }
            chain.push(*point);
        }
        chain.pop();
        chain
    };
    let mut around = half(&mut points.iter());
    around.extend(half(&mut points.iter().rev()));
    around
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_with_round_corners_gets_pointed_ones() {
        let mut points = Vec::new();
        for step in 0..400 {
            let angle = step as f32 / 400.0 * std::f32::consts::TAU;
            // A rounded rectangle of 200 × 100 with corners of radius 12, a little turned.
            let (x, y) = (
                (angle.cos() * 300.0).clamp(-88.0, 88.0) + 12.0 * angle.cos(),
                (angle.sin() * 300.0).clamp(-38.0, 38.0) + 12.0 * angle.sin(),
            );
            points.push((150.0 + x * 0.995 - y * 0.0998, 120.0 + x * 0.0998 + y * 0.995));
        }
        let quad = Quad::around(&mut points).unwrap();
        assert!((quad.area() - 20_000.0).abs() < 700.0, "{quad:?} {}", quad.area());
        assert!(quad.corner_sines().into_iter().all(|sine| sine > 0.98), "{quad:?}");
        let [upper_left, ..] = quad.0;
        assert!((upper_left.0 - 55.5).abs() < 4.0 && (upper_left.1 - 60.2).abs() < 4.0, "{quad:?}");
    }

    #[test]
    fn too_few_points_make_no_shape() {
        assert_eq!(Quad::around(&mut [(0.0, 0.0), (5.0, 0.0), (5.0, 5.0)]), None);
        assert_eq!(Quad::around(&mut []), None);
    }
}
