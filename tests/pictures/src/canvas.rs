//! A page to draw on, in units of its design; it has as many pixels as the photo will need.

use image::{Rgb, RgbImage};
use qrcode::{EcLevel, QrCode};

use crate::draw::Draw;
use crate::papers::Area;
use crate::text::{Face, set_line};

pub type Ink = [u8; 3];

pub struct Canvas {
    pub image: RgbImage,
    /// Pixels per unit of design.
    scale: f32,
}

impl Canvas {
    pub fn new(width: f32, height: f32, scale: f32, paper: Ink) -> Self {
        let side = |units: f32| (units * scale).round() as u32;
        Self { image: RgbImage::from_pixel(side(width), side(height), Rgb(paper)), scale }
    }

    pub fn blend(&mut self, x: u32, y: u32, ink: Ink, coverage: f32) {
        if x < self.image.width() && y < self.image.height() {
            let pixel = &mut self.image.get_pixel_mut(x, y).0;
            for (value, ink) in pixel.iter_mut().zip(ink) {
                *value = (f32::from(*value) * (1.0 - coverage) + f32::from(ink) * coverage).round() as u8;
            }
        }
    }

    pub fn fill(&mut self, area: Area, ink: Ink) {
        let Area { x, y, width, height } = area.times(self.scale);
        for py in y.max(0.0) as u32..(y + height) as u32 {
            for px in x.max(0.0) as u32..(x + width) as u32 {
                self.blend(px, py, ink, 1.0);
            }
        }
    }

    /// A rectangle's outline, `line` units wide.
    pub fn frame(&mut self, area: Area, line: f32, ink: Ink) {
        let Area { x, y, width, height } = area;
        for side in [
            Area { height: line, ..area },
            Area { width: line, ..area },
            Area { y: y + height - line, height: line, ..area },
            Area { x: x + width - line, width: line, ..area },
        ] {
            self.fill(side, ink);
        }
    }

    /// A ring around a centre; an `inner` radius of 0 makes a disc.
    pub fn ring(&mut self, centre: (f32, f32), inner: f32, outer: f32, ink: Ink, coverage: f32) {
        let (cx, cy) = (centre.0 * self.scale, centre.1 * self.scale);
        let (inner, outer) = (inner * self.scale, outer * self.scale);
        for py in (cy - outer).max(0.0) as u32..(cy + outer + 1.0) as u32 {
            for px in (cx - outer).max(0.0) as u32..(cx + outer + 1.0) as u32 {
                let distance = (px as f32 + 0.5 - cx).hypot(py as f32 + 0.5 - cy);
                let inside =
                    (outer - distance + 0.5).clamp(0.0, 1.0) * (distance - inner + 0.5).clamp(0.0, 1.0);
                if inside > 0.0 {
                    self.blend(px, py, ink, inside * coverage);
                }
            }
        }
    }

    /// A five-pointed star.
    pub fn star(&mut self, (cx, cy): (f32, f32), radius: f32, ink: Ink, coverage: f32) {
        let (cx, cy, radius) = (cx * self.scale, cy * self.scale, radius * self.scale);
        for py in (cy - radius).max(0.0) as u32..(cy + radius) as u32 {
            for px in (cx - radius).max(0.0) as u32..(cx + radius) as u32 {
                let (dx, dy) = (px as f32 + 0.5 - cx, py as f32 + 0.5 - cy);
                // Between a tip and the notch beside it the edge is straight.
                let (half, notch) = (std::f32::consts::PI / 5.0, 0.382);
                let off_tip = dx.atan2(-dy).rem_euclid(2.0 * half);
                let angle = off_tip.min(2.0 * half - off_tip);
                let (across, along) = (notch * half.sin(), 1.0 - notch * half.cos());
                let reach = across / (angle.sin() * along + angle.cos() * across);
                if dx.hypot(dy) < radius * reach {
                    self.blend(px, py, ink, coverage);
                }
            }
        }
    }

    /// A line of text with its upper left corner at (`x`, `y`). Gives the place it takes.
    pub fn line(&mut self, text: &str, face: Face, size: f32, (x, y): (f32, f32), ink: Ink) -> Area {
        self.spaced(text, face, size, 0.0, (x, y), ink)
    }

    pub fn spaced(
        &mut self,
        text: &str,
        face: Face,
        size: f32,
        spacing: f32,
        at: (f32, f32),
        ink: Ink,
    ) -> Area {
        let scale = self.scale;
        let place = (at.0 * scale, at.1 * scale);
        let width = set_line(text, face, size * scale, spacing * scale, place, |px, py, coverage| {
            self.blend(px, py, ink, coverage);
        });
        Area { x: at.0, y: at.1, width: width / scale, height: size * 1.15 }
    }

    /// Lines of at most `columns` characters.
    pub fn block(
        &mut self,
        text: &str,
        columns: usize,
        face: Face,
        size: f32,
        at: (f32, f32),
        ink: Ink,
    ) -> Area {
        let characters: Vec<char> = text.chars().collect();
        let mut area = Area { x: at.0, y: at.1, width: 0.0, height: 0.0 };
        for (row, part) in characters.chunks(columns).enumerate() {
            let part: String = part.iter().collect();
            let line = self.line(&part, face, size, (at.0, at.1 + row as f32 * size * 1.4), ink);
            area.width = area.width.max(line.width);
            area.height = line.y + line.height - at.1;
        }
        area
    }

    pub fn qr(&mut self, text: &str, area: Area) {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).expect("a short text");
        let modules = code.width();
        let side = area.width / (modules + 8) as f32;
        self.fill(area, [252, 252, 250]);
        let colours = code.to_colors();
        for (index, colour) in colours.iter().enumerate() {
            if *colour == qrcode::Color::Dark {
                let (column, row) = ((index % modules + 4) as f32, (index / modules + 4) as f32);
                // A little more than a module, so that rounding leaves no white lines.
                let (x, y) = (area.x + column * side, area.y + row * side);
                self.fill(
                    Area { x, y, width: side + 0.6 / self.scale, height: side + 0.6 / self.scale },
                    [20, 20, 24],
                );
            }
        }
    }

    /// Fine waves, as printed on paper of value.
    pub fn guilloche(&mut self, area: Area, ink: Ink, coverage: f32, draw: &mut Draw) {
        let (pitch, swing, wave) =
            (draw.between(9.0, 16.0), draw.between(3.0, 8.0), draw.between(60.0, 140.0));
        let pixels = area.times(self.scale);
        for py in pixels.y as u32..(pixels.y + pixels.height) as u32 {
            for px in pixels.x as u32..(pixels.x + pixels.width) as u32 {
                let (x, y) = (px as f32 / self.scale, py as f32 / self.scale);
                let phase = (y + swing * (x / wave * std::f32::consts::TAU).sin()) / pitch;
                let on_line = 1.0 - ((phase.fract() - 0.5).abs() * pitch).min(1.0);
                if on_line > 0.0 {
                    self.blend(px, py, ink, on_line * coverage);
                }
            }
        }
    }

    /// An office's round seal in red, a little uneven as stamps are.
    pub fn seal(&mut self, centre: (f32, f32), radius: f32, text: &str) {
        const RED: Ink = [205, 32, 38];
        self.ring(centre, radius - 4.0, radius, RED, 0.82);
        self.star(centre, radius * 0.34, RED, 0.82);
        let size = radius * 0.24;
        let width = text.chars().count() as f32 * size;
        self.line(text, Face::Serif, size, (centre.0 - width / 2.0, centre.1 + radius * 0.42), RED);
    }

    /// Head and shoulders of nobody.
    pub fn portrait(&mut self, area: Area, draw: &mut Draw) {
        self.fill(area, [224, 230, 238]);
        let (cx, skin) =
            (area.x + area.width / 2.0, draw.one_of(&[[226, 190, 164], [205, 164, 134], [238, 206, 184]]));
        let shirt = draw.one_of(&[[40, 46, 62], [120, 40, 44], [58, 84, 60], [214, 214, 220]]);
        let head = area.height * 0.24;
        let eyes = area.y + area.height * 0.38;
        for step in 0..40 {
            // Shoulders: a stack of bars.
            let down = step as f32 / 40.0;
            let half = area.width * (0.18 + 0.30 * down.sqrt());
            let y = area.y + area.height * (0.66 + 0.34 * down);
            self.fill(Area { x: cx - half, y, width: 2.0 * half, height: area.height * 0.0086 + 1.0 }, shirt);
        }
        self.ring((cx, area.y + area.height * 0.36), 0.0, head * 1.12, [34, 28, 26], 1.0);
        self.ring((cx, area.y + area.height * 0.42), 0.0, head, skin, 1.0);
        for side in [-1.0, 1.0] {
            self.ring((cx + side * head * 0.4, eyes), 0.0, head * 0.11, [40, 30, 28], 1.0);
        }
        let mouth =
            Area { x: cx - head * 0.3, y: eyes + head * 0.62, width: head * 0.6, height: head * 0.08 };
        self.fill(mouth, [168, 84, 80]);
    }
}
