//! What can go wrong between a good paper and a good photo, done to the photo.

use image::RgbImage;

use crate::draw::Draw;
use crate::text::{Face, set_line};

/// One planted defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// Out of focus.
    Blur,
    /// The hand moved.
    MotionBlur,
    /// One side of the paper is too near or too far for the lens.
    PartlyBlurred,
    /// A lamp is mirrored on the paper.
    Glare,
    TooDark,
    /// Over-exposed: ink pales into the paper.
    TooBright,
    /// The paper is a small part of the picture.
    FarAway,
    /// A part of the paper is outside the picture.
    Cut,
    /// Seen from far aside.
    Tilted,
    /// As programs for chatting send it on.
    FewPixels,
    /// A copy without colours, lying on a coloured table.
    Photocopy,
    /// A scan or filter without colours.
    Grey,
    /// Taken from a computer's screen.
    ScreenPhoto,
    /// A telephone's own picture of its screen.
    Screenshot,
    /// Words laid obliquely over the photo by a program.
    Watermark,
}

impl Flaw {
    pub const ALL: [Self; 15] = [
        Self::Blur,
        Self::MotionBlur,
        Self::PartlyBlurred,
        Self::Glare,
        Self::TooDark,
        Self::TooBright,
        Self::FarAway,
        Self::Cut,
        Self::Tilted,
        Self::FewPixels,
        Self::Photocopy,
        Self::Grey,
        Self::ScreenPhoto,
        Self::Screenshot,
        Self::Watermark,
    ];
}

/// Three box blurs are nearly a Gaussian of this standard deviation, in pixels.
pub fn defocus(image: &mut RgbImage, sigma: f32) {
    let radius = ((4.0 * sigma * sigma + 1.0).sqrt() / 2.0 - 0.5).max(0.5).round() as i32;
    for _ in 0..3 {
        smear(image, (1, 0), -radius, radius);
        smear(image, (0, 1), -radius, radius);
    }
}

/// A half of the picture on one side of a line: 0 before it, 1 behind it, and in between over a length.
pub struct Half {
    /// A point of the line.
    at: (f32, f32),
    /// Across it, of length 1.
    towards: (f32, f32),
    over: f32,
}

impl Half {
    /// Behind a line through a paper, `along` of the way from its middle to its border, whose sides are so long.
    pub fn of(middle: (f32, f32), sides: (f32, f32), along: f32, over: f32, draw: &mut Draw) -> Self {
        let angle = draw.between(0.0, std::f32::consts::TAU);
        let towards = (angle.cos(), angle.sin());
        let reach = (towards.0 * sides.0 / 2.0).abs() + (towards.1 * sides.1 / 2.0).abs();
        let at = (middle.0 + towards.0 * along * reach, middle.1 + towards.1 * along * reach);
        Self { at, towards, over }
    }

    fn share(&self, x: u32, y: u32) -> f32 {
        let behind = (x as f32 - self.at.0) * self.towards.0 + (y as f32 - self.at.1) * self.towards.1;
        let share = (behind / self.over).clamp(0.0, 1.0);
        share * share * (3.0 - 2.0 * share)
    }
}

/// Only behind a line; more the farther, where it is drawn out.
pub fn partly(image: &mut RgbImage, half: &Half, spoil: impl FnOnce(&mut RgbImage)) {
    let mut spoilt = image.clone();
    spoil(&mut spoilt);
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        let share = half.share(x, y);
        for (value, spoilt) in pixel.0.iter_mut().zip(spoilt.get_pixel(x, y).0) {
            *value = (f32::from(*value) * (1.0 - share) + f32::from(spoilt) * share).round() as u8;
        }
    }
}

/// Averages `length` pixels along a direction given in whole steps.
pub fn shake(image: &mut RgbImage, direction: (i32, i32), length: i32) {
    smear(image, direction, -(length / 2), length - length / 2 - 1);
}

/// Each pixel becomes the mean of those from `from` to `to` steps away.
fn smear(image: &mut RgbImage, (dx, dy): (i32, i32), from: i32, to: i32) {
    let (width, height) = (image.width() as i32, image.height() as i32);
    let source = image.as_raw().clone();
    let at = |x: i32, y: i32| ((y.clamp(0, height - 1) * width + x.clamp(0, width - 1)) * 3) as usize;
    let count = (to - from + 1) as u32;
    let mut line = |mut x: i32, mut y: i32| {
        let mut sums = [0_u32; 3];
        for step in from..=to {
            let place = at(x + step * dx, y + step * dy);
            for (channel, sum) in sums.iter_mut().enumerate() {
                *sum += u32::from(source[place + channel]);
            }
        }
        while (0..width).contains(&x) && (0..height).contains(&y) {
            let (here, leaves, enters) =
                (at(x, y), at(x + from * dx, y + from * dy), at(x + (to + 1) * dx, y + (to + 1) * dy));
            for (channel, sum) in sums.iter_mut().enumerate() {
                image.as_mut()[here + channel] = ((*sum + count / 2) / count) as u8;
                *sum = *sum + u32::from(source[enters + channel]) - u32::from(source[leaves + channel]);
            }
            x += dx;
            y += dy;
        }
    };
    // Every line begins at the border that the direction comes from.
    for y in 0..height {
        if dx != 0 {
            line(if dx > 0 { 0 } else { width - 1 }, y);
        }
    }
    for x in 0..width {
        let entered = if dy > 0 { 0 } else { height - 1 };
        let counted = dx != 0 && x == if dx > 0 { 0 } else { width - 1 };
        if dy != 0 && !counted {
            line(x, entered);
        }
    }
}

/// A lamp's reflection: white in the middle, fading out.
pub fn reflect(image: &mut RgbImage, centre: (f32, f32), radii: (f32, f32), draw: &mut Draw) {
    let angle = draw.between(0.0, std::f32::consts::PI);
    let (sin, cos) = angle.sin_cos();
    let strength = draw.between(520.0, 800.0);
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        let (dx, dy) = (x as f32 - centre.0, y as f32 - centre.1);
        let (along, across) = ((dx * cos + dy * sin) / radii.0, (dy * cos - dx * sin) / radii.1);
        let light = strength * (-(along * along + across * across)).exp();
        if light > 0.5 {
            pixel.0 = pixel.0.map(|value| (f32::from(value) + light).min(255.0) as u8);
        }
    }
}

/// Multiplies the light.
pub fn dim(image: &mut RgbImage, factor: f32) {
    for value in image.iter_mut() {
        *value = (f32::from(*value) * factor) as u8;
    }
}

/// Too long an exposure, with stray light on the ink.
pub fn overexpose(image: &mut RgbImage, gain: f32, veil: f32) {
    for value in image.iter_mut() {
        *value = (f32::from(*value) * gain + veil).min(255.0) as u8;
    }
}

pub fn grey(image: &mut RgbImage) {
    for pixel in image.pixels_mut() {
        let [r, g, b] = pixel.0.map(u32::from);
        pixel.0 = [((r * 77 + g * 150 + b * 29) >> 8) as u8; 3];
    }
}

/// What a copier makes of a page: grey, more contrast, a white ground.
pub fn photocopy(page: &mut RgbImage) {
    grey(page);
    for value in page.iter_mut() {
        *value = ((f32::from(*value) - 40.0) * 1.32).clamp(18.0, 246.0) as u8;
    }
}

/// The sensor's grain.
pub fn grain(image: &mut RgbImage, sigma: f32, draw: &mut Draw) {
    let mut state = draw.next() | 1;
    let mut spread = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // The sum of four bytes is nearly a normal number of deviation 148.
        let sum: i32 = state.to_le_bytes()[..4].iter().map(|byte| i32::from(*byte)).sum();
        (sum - 510) as f32 / 148.0
    };
    for pixel in image.pixels_mut() {
        let shared = spread() * sigma;
        let colour = spread() * sigma * 0.35;
        for (value, shift) in pixel.0.iter_mut().zip([shared + colour, shared, shared - colour]) {
            *value = (f32::from(*value) + shift).clamp(0.0, 255.0) as u8;
        }
    }
}

/// What it is for, over and over, as programs lay it on a photo; or once, right across.
pub fn watermark(image: &mut RgbImage, draw: &mut Draw) {
    let (width, height) = (image.width() as f32, image.height() as f32);
    let long = width.max(height);
    let words = draw.one_of(&[
        "仅供商户入网使用",
        "仅供办理收单业务使用 复印无效",
        "仅限开通支付账户使用",
        "仅供审核 他用无效",
        "本复印件仅供办理业务使用",
    ]);
    let is_single = draw.once_in(4);
    let em = long * if is_single { draw.between(0.055, 0.08) } else { draw.between(0.022, 0.045) };
    let angle = draw.between(0.40, 0.95) * if draw.once_in(3) { 1.0 } else { -1.0 };
    let ink = draw.one_of(&[[128; 3], [90; 3], [20; 3], [200, 30, 30], [40, 70, 180]]);
    let strength = draw.between(0.22, 0.5);
    let face = draw.one_of(&[Face::Sans, Face::SansBold, Face::Serif]);

    let line_height = (em * 1.3) as usize;
    let line_width = (em * words.chars().count() as f32) as usize;
    let mut line = vec![0.0_f32; line_width * line_height];
    set_line(words, face, em, 0.0, (0.0, em * 0.1), |x, y, coverage| {
        let (x, y) = (x as usize, y as usize);
        if x < line_width && y < line_height {
            line[y * line_width + x] = coverage;
        }
    });
    let (apart, below) = (em * draw.between(1.5, 5.0), em * draw.between(1.6, 4.5));
    let (sin, cos) = angle.sin_cos();
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        let (dx, dy) = (x as f32 - width / 2.0, y as f32 - height / 2.0);
        let (mut along, mut down) = (dx * cos + dy * sin, dy * cos - dx * sin);
        if is_single {
            (along, down) = (along + line_width as f32 / 2.0, down + line_height as f32 / 2.0);
        } else {
            let row_height = line_height as f32 + below;
            let row = (down / row_height).floor();
            down -= row * row_height;
            along = (along + row * line_width as f32 * 0.37).rem_euclid(line_width as f32 + apart);
        }
        // Between the four pixels around the place.
        let at = |column: f32, row: f32| {
            let inside =
                (0.0..line_width as f32).contains(&column) && (0.0..line_height as f32).contains(&row);
            if inside { line[row as usize * line_width + column as usize] } else { 0.0 }
        };
        let (column, row) = (along.floor(), down.floor());
        let (right, low) = (along - column, down - row);
        let upper = at(column, row) * (1.0 - right) + at(column + 1.0, row) * right;
        let lower = at(column, row + 1.0) * (1.0 - right) + at(column + 1.0, row + 1.0) * right;
        let coverage = (upper * (1.0 - low) + lower * low) * strength;
        if coverage > 0.0 {
            for (value, ink) in pixel.0.iter_mut().zip(ink) {
                *value = (f32::from(*value) * (1.0 - coverage) + ink as f32 * coverage).round() as u8;
            }
        }
    }
}
