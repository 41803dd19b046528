//! The flat page in a picture: where its points are in the photo, and pieces of it resampled.

use portal_imaging::{Pixels, Turn};

/// A place in pixels, from the upper left.
pub type Point = (f64, f64);

/// A page as it lies in a photo. Its own coordinates are in pixels of about the photo's scale.
pub(crate) struct Page<'a> {
    picture: &'a Pixels,
    /// From page to picture, row by row; the last number is 1.
    map: [f64; 9],
    pub width: f64,
    pub height: f64,
}

/// A level or tilted rectangle on a page: the place of a line of print.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Strip {
    pub centre: Point,
    /// Unit vector along the print.
    pub along: Point,
    pub half_length: f64,
    pub half_height: f64,
}

impl Strip {
    /// The point at shares of length and height, both from -1 to 1.
    pub fn at(&self, share: f64, across: f64) -> Point {
        let (x, y) = self.along;
        let (u, v) = (share * self.half_length, across * self.half_height);
        (self.centre.0 + x * u - y * v, self.centre.1 + y * u + x * v)
    }

    /// The same place on a page of this size, once that is turned upside down.
    pub fn upside_down(&self, page: &Page<'_>) -> Self {
        Self { centre: (page.width - self.centre.0, page.height - self.centre.1), ..*self }
    }

    /// The part between two shares of its length, from 0 to 1.
    pub fn part(&self, from: f64, to: f64) -> Self {
        let centre = self.at(from + to - 1.0, 0.0);
        Self { centre, half_length: self.half_length * (to - from).abs(), ..*self }
    }
}

impl<'a> Page<'a> {
    /// The page between four corners (upper left, upper right, lower right, lower left), or the whole picture when
    /// they are unknown or no convex quadrilateral; turned clockwise.
    pub fn new(picture: &'a Pixels, corners: Option<[Point; 4]>, turn: Turn) -> Self {
        let (right, bottom) = (f64::from(picture.width), f64::from(picture.height));
        let frame = [(0.0, 0.0), (right, 0.0), (right, bottom), (0.0, bottom)];
        let mut corners = corners.filter(is_convex).unwrap_or(frame);
        corners.rotate_right(match turn {
            Turn::None => 0,
            Turn::Quarter => 1,
            Turn::Half => 2,
            Turn::ThreeQuarters => 3,
        });
        let side = |a: Point, b: Point| (a.0 - b.0).hypot(a.1 - b.1);
        let [upper_left, upper_right, lower_right, lower_left] = corners;
        let width = side(upper_left, upper_right).max(side(lower_left, lower_right));
        let height = side(upper_left, lower_left).max(side(upper_right, lower_right));
        Self { picture, map: from_rectangle(width, height, corners), width, height }
    }

    /// Where a point of the page is in the picture.
    pub fn in_picture(&self, (x, y): Point) -> Point {
        let m = &self.map;
        let w = m[6] * x + m[7] * y + m[8];
        ((m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w)
    }

    /// Resamples the page to a size, channel planes in the order blue, green, red, each value through `normal`.
    pub fn planes(&self, size: (usize, usize), normal: impl Fn(usize, f32) -> f32) -> Vec<f32> {
        let (step_x, step_y) = (self.width / size.0 as f64, self.height / size.1 as f64);
        let taps = if step_x.max(step_y) > 1.3 { 2 } else { 1 };
        let place = |x: f64, y: f64| self.in_picture((x * step_x, y * step_y));
        self.resampled(size, size.0, taps, place, normal)
    }

    /// Resamples a strip to `height` rows and `columns` columns, as [`Page::planes`], in planes of `padded` columns of
    /// which the rest is 0.
    pub fn strip_planes(
        &self,
        strip: &Strip,
        (columns, height): (usize, usize),
        padded: usize,
        normal: impl Fn(usize, f32) -> f32,
    ) -> Vec<f32> {
        let taps = if strip.half_height * 2.0 / height as f64 > 1.3 { 2 } else { 1 };
        let place = |x: f64, y: f64| {
            let share = 2.0 * x / columns as f64 - 1.0;
            let across = 2.0 * y / height as f64 - 1.0;
            self.in_picture(strip.at(share, across))
        };
        self.resampled((columns, height), padded, taps, place, normal)
    }

    fn resampled(
        &self,
        (columns, rows): (usize, usize),
        padded: usize,
        taps: usize,
        place: impl Fn(f64, f64) -> Point,
        normal: impl Fn(usize, f32) -> f32,
    ) -> Vec<f32> {
        let plane = padded * rows;
        let mut planes = vec![0.0; plane * 3];
        let share = 1.0 / (taps * taps) as f32;
        for row in 0..rows {
            for column in 0..columns {
                let mut sum = [0.0_f32; 3];
                for tap in 0..taps * taps {
                    let inside = |index: usize| (index as f64 + 0.5) / taps as f64;
                    let x = column as f64 + inside(tap % taps);
                    let y = row as f64 + inside(tap / taps);
                    let colour = self.sample(place(x, y));
                    for (total, value) in sum.iter_mut().zip(colour) {
                        *total += value;
                    }
                }
                for (channel, value) in [sum[2], sum[1], sum[0]].into_iter().enumerate() {
                    planes[channel * plane + row * padded + column] = normal(channel, value * share);
                }
            }
        }
        planes
    }

    /// The colour at a place of the picture, between its pixels' centres; outside, that of the nearest edge.
    fn sample(&self, (x, y): Point) -> [f32; 3] {
        let (width, height) = (self.picture.width as usize, self.picture.height as usize);
        let x = (x - 0.5).clamp(0.0, (width - 1) as f64);
        let y = (y - 0.5).clamp(0.0, (height - 1) as f64);
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
        let (fx, fy) = ((x - left as f64) as f32, (y - top as f64) as f32);
        let pixel = |x: usize, y: usize| {
            let at = (y * width + x) * 3;
            let rgb = &self.picture.rgb[at..at + 3];
            [f32::from(rgb[0]), f32::from(rgb[1]), f32::from(rgb[2])]
        };
        let corners = [pixel(left, top), pixel(right, top), pixel(left, bottom), pixel(right, bottom)];
        std::array::from_fn(|channel| {
            let [a, b, c, d] = corners.map(|corner| corner[channel]);
            let upper = a + (b - a) * fx;
            upper + (c + (d - c) * fx - upper) * fy
        })
    }
}

fn is_convex(corners: &[Point; 4]) -> bool {
    (0..4).all(|index| {
        let [a, b, c] = [0, 1, 2].map(|step| corners[(index + step) % 4]);
        (b.0 - a.0) * (c.1 - b.1) - (b.1 - a.1) * (c.0 - b.0) > 1.0
    })
}

/// The projective map that takes a rectangle's corners, upper left first and clockwise, to these.
fn from_rectangle(width: f64, height: f64, [p0, p1, p2, p3]: [Point; 4]) -> [f64; 9] {
    // Heckbert's closed form for the unit square, with its sides scaled.
    let (sx, sy) = (p0.0 - p1.0 + p2.0 - p3.0, p0.1 - p1.1 + p2.1 - p3.1);
    let (dx1, dy1) = (p1.0 - p2.0, p1.1 - p2.1);
    let (dx2, dy2) = (p3.0 - p2.0, p3.1 - p2.1);
    let determinant = dx1 * dy2 - dx2 * dy1;
    let g = (sx * dy2 - dx2 * sy) / determinant;
    let h = (dx1 * sy - sx * dy1) / determinant;
    [
        (p1.0 - p0.0 + g * p1.0) / width,
        (p3.0 - p0.0 + h * p3.0) / height,
        p0.0,
        (p1.1 - p0.1 + g * p1.1) / width,
        (p3.1 - p0.1 + h * p3.1) / height,
        p0.1,
        g / width,
        h / height,
        1.0,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_s_corners_are_where_they_were_said_to_be() {
        let picture = Pixels { width: 100, height: 100, rgb: vec![0; 30_000] };
        let corners = [(10.0, 12.0), (90.0, 8.0), (84.0, 70.0), (14.0, 76.0)];
        let page = Page::new(&picture, Some(corners), Turn::None);
        let places = [(0.0, 0.0), (page.width, 0.0), (page.width, page.height), (0.0, page.height)];
        for (place, corner) in places.into_iter().zip(corners) {
            let found = page.in_picture(place);
            assert!((found.0 - corner.0).hypot(found.1 - corner.1) < 1e-6, "{found:?} {corner:?}");
        }
    }

    #[test]
    fn corners_that_cross_are_not_believed() {
        let picture = Pixels { width: 40, height: 30, rgb: vec![0; 3_600] };
        let crossed = [(0.0, 0.0), (40.0, 30.0), (40.0, 0.0), (0.0, 30.0)];
        let whole = Page::new(&picture, Some(crossed), Turn::None);
        assert_eq!(whole.in_picture((7.0, 9.0)), (7.0, 9.0));
    }

    #[test]
    fn a_turned_page_begins_at_another_corner() {
        let picture = Pixels { width: 40, height: 30, rgb: vec![0; 3_600] };
        for (turn, corner, size) in [
            (Turn::Quarter, (0.0, 30.0), (30.0, 40.0)),
            (Turn::Half, (40.0, 30.0), (40.0, 30.0)),
            (Turn::ThreeQuarters, (40.0, 0.0), (30.0, 40.0)),
        ] {
            let page = Page::new(&picture, None, turn);
            assert_eq!((page.in_picture((0.0, 0.0)), (page.width, page.height)), (corner, size), "{turn:?}");
        }
    }
}
