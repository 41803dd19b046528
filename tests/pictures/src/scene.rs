//! A paper on a table in some light, as pixels.

use image::{Rgb, RgbImage};

use crate::draw::Draw;
use crate::homography::{Homography, Point};
use crate::papers::Paper;

/// What the paper lies on.
#[derive(Debug, Clone, Copy)]
enum Ground {
    Wood,
    Cloth,
    Plain,
    Stone,
    Tiles,
}

/// A table with its colours.
pub struct Table {
    ground: Ground,
    colour: [f32; 3],
    seed: u64,
    /// Pixels per step of the pattern.
    grain: f32,
}

impl Table {
    pub fn draw(draw: &mut Draw, frame_px: f32) -> Self {
        let ground = draw.one_of(&[Ground::Wood, Ground::Cloth, Ground::Plain, Ground::Stone, Ground::Tiles]);
        let colour = draw.one_of(&[
            [112.0, 76.0, 48.0],
            [70.0, 74.0, 84.0],
            [150.0, 120.0, 84.0],
            [52.0, 64.0, 56.0],
            [128.0, 130.0, 134.0],
            [94.0, 58.0, 52.0],
        ]);
        Self { ground, colour, seed: draw.next(), grain: frame_px / draw.between(28.0, 60.0) }
    }

    fn at(&self, x: f32, y: f32) -> [f32; 3] {
        let (u, v) = (x / self.grain, y / self.grain);
        let shade = match self.ground {
            Ground::Wood => {
                let ring = (v * 0.9 + 1.6 * self.noise(u * 0.12, v * 0.5)).sin();
                1.0 + 0.13 * ring + 0.08 * self.noise(u * 0.4, v * 6.0)
            }
            Ground::Cloth => 1.0 + 0.07 * ((u * 9.0).sin() * (v * 9.0).sin()) + 0.07 * self.noise(u, v),
            Ground::Plain => 1.0 + 0.03 * self.noise(u * 0.4, v * 0.4),
            Ground::Stone => 1.0 + 0.22 * self.noise(u, v) + 0.12 * self.noise(u * 4.0, v * 4.0),
            Ground::Tiles => {
                let edge = |w: f32| ((w / 9.0).fract() * 9.0).min(9.0 - (w / 9.0).fract() * 9.0) < 0.16;
                if edge(u) || edge(v) { 0.7 } else { 1.0 + 0.05 * self.noise(u, v) }
            }
        };
        self.colour.map(|value| value * shade)
    }

    /// Smooth noise from -1 to 1.
    fn noise(&self, x: f32, y: f32) -> f32 {
        let corner = |cx: f32, cy: f32| {
            let mut mixed = self.seed ^ (cx as i64 as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            mixed = (mixed ^ (cy as i64 as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F))
                .wrapping_mul(0xD6E8_FEB8_6659_FD93);
            (mixed >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
        };
        let (x0, y0) = (x.floor(), y.floor());
        let ease = |t: f32| t * t * (3.0 - 2.0 * t);
        let (tx, ty) = (ease(x - x0), ease(y - y0));
        let upper = corner(x0, y0) * (1.0 - tx) + corner(x0 + 1.0, y0) * tx;
        let lower = corner(x0, y0 + 1.0) * (1.0 - tx) + corner(x0 + 1.0, y0 + 1.0) * tx;
        upper * (1.0 - ty) + lower * ty
    }
}

/// Where the light comes from, and of which colour it is.
pub struct Light {
    level: f32,
    fall: (f32, f32),
    tint: [f32; 3],
}

impl Light {
    pub fn draw(draw: &mut Draw) -> Self {
        let warmth = draw.between(-0.07, 0.09);
        Self {
            level: draw.between(0.86, 1.0),
            fall: (draw.between(-0.12, 0.12), draw.between(-0.12, 0.12)),
            tint: [1.0 + warmth, 1.0, 1.0 - warmth],
        }
    }

    /// At a place given from -1 to 1 in both directions.
    fn at(&self, x: f32, y: f32) -> f32 {
        let vignette = 1.0 - 0.05 * (x * x + y * y);
        self.level * vignette * (1.0 + self.fall.0 * x + self.fall.1 * y)
    }
}

/// The dots of a screen that is photographed.
#[derive(Clone, Copy)]
pub struct Dots {
    pub pitch_px: f32,
    /// In radians.
    pub turn: f32,
}

impl Dots {
    pub fn draw(draw: &mut Draw) -> Self {
        Self { pitch_px: draw.between(2.6, 5.2), turn: draw.between(-0.06, 0.06) }
    }

    /// How much of each colour a place gives.
    fn at(self, x: f32, y: f32) -> [f32; 3] {
        let (sin, cos) = self.turn.sin_cos();
        let (u, v) = ((x * cos + y * sin) / self.pitch_px, (y * cos - x * sin) / self.pitch_px);
        let wave = |phase: f32| 0.5 + 0.5 * (phase * std::f32::consts::TAU).cos();
        let row = 0.72 + 0.42 * wave(v);
        [0.0, 1.0 / 3.0, 2.0 / 3.0].map(|offset| row * (0.62 + 0.70 * wave(u - offset)))
    }
}

/// A paper with its corners in the frame.
pub struct Lying<'a> {
    pub page: &'a RgbImage,
    pub paper: Paper,
    pub corners: [Point; 4],
}

impl Lying<'_> {
    fn of_frame(&self) -> Homography {
        let (width, height) = (f64::from(self.page.width()), f64::from(self.page.height()));
        Homography::from_page(width, height, self.corners).inverse()
    }

    /// The page's colour at one of its own points, if it is on the paper.
    fn at(&self, (x, y): Point) -> Option<[f32; 3]> {
        let (width, height) = (self.page.width() as f32, self.page.height() as f32);
        let (x, y) = (x as f32, y as f32);
        if !(0.0..width).contains(&x) || !(0.0..height).contains(&y) {
            return None;
        }
        let radius = self.paper.corner_radius() * width / self.paper.size().0;
        let (in_x, in_y) = ((radius - x.min(width - x)).max(0.0), (radius - y.min(height - y)).max(0.0));
        if in_x.hypot(in_y) > radius && radius > 0.0 {
            return None;
        }
        let (left, top) = ((x - 0.5).max(0.0), (y - 0.5).max(0.0));
        let (x0, y0) = (left as u32, top as u32);
        let (x1, y1) = ((x0 + 1).min(self.page.width() - 1), (y0 + 1).min(self.page.height() - 1));
        let (tx, ty) = (left.fract(), top.fract());
        let pixel = |x: u32, y: u32| self.page.get_pixel(x, y).0.map(f32::from);
        let (a, b, c, d) = (pixel(x0, y0), pixel(x1, y0), pixel(x0, y1), pixel(x1, y1));
        Some([0, 1, 2].map(|channel| {
            let upper = a[channel] * (1.0 - tx) + b[channel] * tx;
            let lower = c[channel] * (1.0 - tx) + d[channel] * tx;
            upper * (1.0 - ty) + lower * ty
        }))
    }
}

/// Points of a pixel that are looked at; their mean softens edges as a lens does.
const INSIDE: [Point; 4] = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];

/// Renders a frame of `width` × `height` pixels.
pub fn render(
    (width, height): (u32, u32),
    lying: &Lying,
    table: &Table,
    light: &Light,
    dots: Option<Dots>,
) -> RgbImage {
    let of_frame = lying.of_frame();
    let long = width.max(height) as f32;
    let shadow = f64::from(long) * 0.004;
    RgbImage::from_fn(width, height, |x, y| {
        let mut sum = [0.0_f32; 3];
        for (dx, dy) in INSIDE {
            let point = (f64::from(x) + dx, f64::from(y) + dy);
            let mut colour = lying.at(of_frame.map(point)).unwrap_or_else(|| {
                let near = [(1.0, 1.4), (1.8, 2.2), (0.4, 0.7)];
                let shaded = near.iter().filter(|(sx, sy)| {
                    lying.at(of_frame.map((point.0 - sx * shadow, point.1 - sy * shadow))).is_some()
                });
                let shade = 1.0 - 0.14 * shaded.count() as f32;
                table.at(point.0 as f32, point.1 as f32).map(|value| value * shade)
            });
            if let Some(dots) = dots {
                for (value, share) in colour.iter_mut().zip(dots.at(point.0 as f32, point.1 as f32)) {
                    *value *= share;
                }
            }
            for (total, value) in sum.iter_mut().zip(colour) {
                *total += value;
            }
        }
        let (fx, fy) = (x as f32 / width as f32 * 2.0 - 1.0, y as f32 / height as f32 * 2.0 - 1.0);
        let level = light.at(fx, fy) / INSIDE.len() as f32;
        let mut pixel = [0; 3];
        for ((value, total), tint) in pixel.iter_mut().zip(sum).zip(light.tint) {
            *value = (total * level * tint).clamp(0.0, 255.0) as u8;
        }
        Rgb(pixel)
    })
}
