//! Taking a picture: which paper, by whom, how well.

use image::{Rgb, RgbImage, imageops};
use portal_domain::dossier::MerchantKind;

use crate::canvas::Canvas;
use crate::draw::Draw;
use crate::flaw::{self, Flaw};
use crate::homography::Point;
use crate::papers::{Area, Field, Owner, Page, Paper};
use crate::phone;
use crate::scene::{Dots, Light, Lying, Table, render};
use crate::text::Face;

/// A picture that is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    seed: u64,
    kind: MerchantKind,
    paper: Paper,
    flaw: Option<Flaw>,
    take: u64,
    long_side_px: u32,
}

/// What is known about a picture.
#[derive(Debug, Clone)]
pub struct Truth {
    pub paper: Paper,
    /// Upper left, upper right, lower right and lower left of the paper in pixels of the upright picture. None where
    /// there is no paper, or where it leaves the frame.
    pub corners: Option<[Point; 4]>,
    pub fields: Vec<Field>,
    /// What the QR code says.
    pub qr: Option<String>,
    pub flaw: Option<Flaw>,
    /// As the EXIF block says.
    pub orientation: u16,
    /// Of the upright picture, in pixels.
    pub size: (u32, u32),
}

/// A file as a telephone gives it, with its truth.
pub struct Picture {
    /// JPEG, or PNG for a screenshot.
    pub bytes: Vec<u8>,
    pub truth: Truth,
}

impl Picture {
    /// As a camera gives it that says nothing of how it was held: upright, then turned clockwise by quarters; with the
    /// corners in the order that an outline has them, the upper left one of the picture first.
    pub fn lying(&self, quarters: usize) -> (Vec<u8>, Option<[Point; 4]>) {
        let stored = image::load_from_memory(&self.bytes).expect("a picture");
        let exif = u8::try_from(self.truth.orientation).expect("an EXIF value");
        let mut picture = stored;
        picture.apply_orientation(image::metadata::Orientation::from_exif(exif).expect("an EXIF value"));
        let mut corners = self.truth.corners;
        for _ in 0..quarters {
            let height = f64::from(picture.height());
            corners = corners.map(|[a, b, c, d]| [d, a, b, c].map(|(x, y)| (height - y, x)));
            picture = picture.rotate90();
        }
        (phone::jpeg(&picture.to_rgb8(), 92, 1), corners)
    }
}

/// Moves one side of a paper, whose corners are given from -0.5 to 0.5, away from the camera: it gets shorter, and all
/// comes nearer to it.
fn recede(corners: &mut [Point; 4], draw: &mut Draw) {
    let shorter = f64::from(draw.between(0.45, 0.66));
    let nearer = f64::from(draw.between(0.65, 0.85));
    let is_across = draw.once_in(2);
    let far = if draw.once_in(2) { 1.0 } else { -1.0 };
    for (x, y) in corners {
        let (along, depth) = if is_across { (y, x) } else { (x, y) };
        if *depth * far > 0.0 {
            *along *= shorter;
        }
        *depth *= nearer;
    }
}

impl Order {
    /// The paper of this seed, well photographed at 1,600 px.
    pub fn new(seed: u64, paper: Paper) -> Self {
        Self { seed, kind: MerchantKind::Enterprise, paper, flaw: None, take: 0, long_side_px: 1600 }
    }

    #[must_use]
    pub fn with(self, flaw: Flaw) -> Self {
        Self { flaw: Some(flaw), ..self }
    }

    /// The paper of a merchant of this kind; of a company otherwise.
    #[must_use]
    pub fn of(self, kind: MerchantKind) -> Self {
        Self { kind, ..self }
    }

    /// Another photo of the same paper.
    #[must_use]
    pub fn take(self, take: u64) -> Self {
        Self { take, ..self }
    }

    /// 4032 makes the 12 megapixels of most telephones.
    #[must_use]
    pub fn long_side(self, long_side_px: u32) -> Self {
        Self { long_side_px, ..self }
    }

    pub fn taken(self) -> Picture {
        let mut draw = Draw::of(self.seed ^ 0xCA3E_7A00, 100 + self.take);
        if self.flaw == Some(Flaw::FewPixels) {
            let few = Self { flaw: None, long_side_px: draw.between(420.0, 760.0) as u32, ..self };
            let taken = few.taken();
            return Picture { truth: Truth { flaw: self.flaw, ..taken.truth }, ..taken };
        }
        if self.flaw == Some(Flaw::Screenshot) {
            return self.screenshot(&mut draw);
        }
        let (page_width, page_height) = self.paper.size();
        let is_wide = page_width > page_height;
        let short = self.long_side_px * 3 / 4;
        let frame = if is_wide { (self.long_side_px, short) } else { (short, self.long_side_px) };
        let corners = self.corners(frame, &mut draw);
        let across = corners.iter().flat_map(|a| corners.iter().map(move |b| (a.0 - b.0).hypot(a.1 - b.1)));
        // Pixels per unit: as many as the photo shows at most.
        let scale = across.fold(0.0, f64::max) as f32 / page_width.hypot(page_height);
        let Page { canvas, fields, qr } = Page::draw(self.paper, self.owner(), scale.clamp(0.4, 4.0));
        let mut page = canvas.image;
        if self.flaw == Some(Flaw::Photocopy) {
            flaw::photocopy(&mut page);
        }
        let table = Table::draw(&mut draw, self.long_side_px as f32);
        let light = Light::draw(&mut draw);
        let dots = (self.flaw == Some(Flaw::ScreenPhoto)).then(|| Dots::draw(&mut draw));
        let lying = Lying { page: &page, paper: self.paper, corners };
        let mut picture = render(frame, &lying, &table, &light, dots);
        self.spoil(&mut picture, corners, &mut draw);
        flaw::grain(&mut picture, draw.between(1.2, 3.6), &mut draw);
        if self.flaw == Some(Flaw::Grey) {
            flaw::grey(&mut picture);
        }
        if self.flaw == Some(Flaw::Watermark) {
            flaw::watermark(&mut picture, &mut draw);
        }
        let orientation = draw.one_of(&[1, 1, 1, 1, 6, 6, 8, 3, 2, 4, 5, 7]);
        let quality = draw.between(76.0, 95.0) as u8;
        let is_whole = self.paper != Paper::Storefront && self.flaw != Some(Flaw::Cut);
        Picture {
            bytes: phone::jpeg(&picture, quality, orientation),
            truth: Truth {
                paper: self.paper,
                corners: is_whole.then_some(corners),
                fields,
                qr,
                flaw: self.flaw,
                orientation,
                size: frame,
            },
        }
    }

    /// As a flatbed scanner gives a page that fills its glass: straight but for a hair, evenly lit, with a strip of the lid where the page
    /// doesn't reach.
    pub fn scanned(self) -> Picture {
        let mut draw = Draw::of(self.seed ^ 0x5CA1_1E00, 300 + self.take);
        let (page_width, page_height) = self.paper.size();
        let scale = self.long_side_px as f32 / page_width.max(page_height);
        let Page { canvas, fields, qr } = Page::draw(self.paper, self.owner(), scale);
        let (width, height) = canvas.image.dimensions();
        let tone = if draw.once_in(3) { draw.between(10.0, 60.0) } else { draw.between(244.0, 255.0) };
        let lid = Rgb([tone as u8; 3]);
        let mut picture = RgbImage::from_pixel(width, height, lid);
        let (sin, cos) = draw.between(-0.008, 0.008).sin_cos();
        let off = (width as f32 * draw.between(-0.006, 0.006), height as f32 * draw.between(-0.006, 0.006));
        let middle = (width as f32 / 2.0, height as f32 / 2.0);
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            let (dx, dy) = (x as f32 - middle.0 - off.0, y as f32 - middle.1 - off.1);
            let place = (dx * cos + dy * sin + middle.0, dy * cos - dx * sin + middle.1);
            if let Some(seen) = imageops::interpolate_bilinear(&canvas.image, place.0, place.1) {
                *pixel = seen;
            }
        }
        flaw::grain(&mut picture, draw.between(0.5, 1.5), &mut draw);
        Picture {
            bytes: phone::jpeg(&picture, draw.between(80.0, 95.0) as u8, 1),
            truth: Truth {
                paper: self.paper,
                corners: None,
                fields,
                qr,
                flaw: None,
                orientation: 1,
                size: (width, height),
            },
        }
    }

    fn owner(self) -> Owner {
        Owner { seed: self.seed, kind: self.kind }
    }

    /// Where the paper's corners fall.
    fn corners(self, (width, height): (u32, u32), draw: &mut Draw) -> [Point; 4] {
        let (width, height) = (f64::from(width), f64::from(height));
        if self.paper == Paper::Storefront {
            return [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
        }
        let (page_width, page_height) = self.paper.size();
        let aspect = f64::from(page_width / page_height);
        let share = f64::from(match self.flaw {
            Some(Flaw::FarAway) => draw.between(0.15, 0.27),
            _ => draw.between(0.68, 0.86),
        });
        let page = if width / height > aspect {
            (height * share * aspect, height * share)
        } else {
            (width * share, width * share / aspect)
        };
        let angle = f64::from(draw.between(-0.09, 0.09));
        let (sin, cos) = angle.sin_cos();
        let mut tilt = || f64::from(draw.between(-0.035, 0.035));
        let mut upright =
            [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)].map(|(x, y)| (x + tilt(), y + tilt()));
        if self.flaw == Some(Flaw::Tilted) {
            recede(&mut upright, draw);
        }
        let offsets = upright.map(|(x, y)| {
            let (x, y) = (x * page.0, y * page.1);
            (x * cos - y * sin, x * sin + y * cos)
        });
        let least = |of: fn(&Point) -> f64| offsets.iter().map(of).fold(f64::MAX, f64::min);
        let most = |of: fn(&Point) -> f64| offsets.iter().map(of).fold(f64::MIN, f64::max);
        let (left, right, top, bottom) = (least(|p| p.0), most(|p| p.0), least(|p| p.1), most(|p| p.1));
        // Somewhere inside with a margin, or, where it should be cut, over one or two edges.
        let margin = 0.02 * width;
        let place = |low: f64, high: f64, side: f64, draw: &mut Draw| {
            let (from, to) = (margin - low, side - margin - high);
            if from < to { from + (to - from) * f64::from(draw.between(0.0, 1.0)) } else { side / 2.0 }
        };
        let mut centre = (place(left, right, width, draw), place(top, bottom, height, draw));
        if self.flaw == Some(Flaw::Cut) {
            let over = f64::from(draw.between(0.06, 0.18));
            let edges = draw.below(6);
            match edges {
                0 | 4 => centre.0 = -left - over * page.0,
                1 | 5 => centre.0 = width - right + over * page.0,
                2 => centre.1 = -top - over * page.1,
                _ => centre.1 = height - bottom + over * page.1,
            }
            if edges >= 4 {
                centre.1 = -top - over * page.1;
            }
        }
        offsets.map(|(x, y)| (x + centre.0, y + centre.1))
    }

    /// What the planted flaw does to the light that reaches the sensor.
    fn spoil(self, picture: &mut RgbImage, corners: [Point; 4], draw: &mut Draw) {
        let long = self.long_side_px as f32;
        let mean = |of: fn(&Point) -> f64| corners.iter().map(of).sum::<f64>() as f32 / 4.0;
        let middle = (mean(|p| p.0), mean(|p| p.1));
        let (wide, high) =
            ((corners[1].0 - corners[0].0).abs() as f32, (corners[3].1 - corners[0].1).abs() as f32);
        match self.flaw {
            Some(Flaw::Blur) => flaw::defocus(picture, long * draw.between(0.0030, 0.0060)),
            Some(Flaw::MotionBlur) => {
                let direction = draw.one_of(&[(1, 0), (0, 1), (1, 1), (1, -1)]);
                let diagonal = direction.0 != 0 && direction.1 != 0;
                let length = long * draw.between(0.011, 0.022) * if diagonal { 0.71 } else { 1.0 };
                flaw::shake(picture, direction, length as i32);
            }
            Some(Flaw::Glare) => {
                let centre = (
                    middle.0 + wide * draw.between(-0.25, 0.25),
                    middle.1 + high * draw.between(-0.25, 0.25),
                );
                let side = wide.min(high);
                let radii = (side * draw.between(0.14, 0.26), side * draw.between(0.10, 0.18));
                flaw::reflect(picture, centre, radii, draw);
            }
            Some(Flaw::TooDark) => flaw::dim(picture, draw.between(0.10, 0.26)),
            Some(Flaw::PartlyBlurred) => {
                // More than the half: there is print on it, whichever it is.
                let along = draw.between(-0.5, -0.15);
                let half = flaw::Half::of(middle, (wide, high), along, long * draw.between(0.05, 0.2), draw);
                let sigma = long * draw.between(0.0035, 0.0060);
                flaw::partly(picture, &half, |picture| flaw::defocus(picture, sigma));
            }
            Some(Flaw::TooBright) => {
                flaw::overexpose(picture, draw.between(1.25, 1.6), draw.between(110.0, 150.0))
            }
            Some(
                Flaw::FarAway
                | Flaw::Cut
                | Flaw::Tilted
                | Flaw::FewPixels
                | Flaw::Photocopy
                | Flaw::Grey
                | Flaw::ScreenPhoto
                | Flaw::Screenshot
                | Flaw::Watermark,
            )
            | None => {}
        }
    }

    /// The paper's picture in a telephone's gallery, between the bars of its screen.
    fn screenshot(self, draw: &mut Draw) -> Picture {
        let screen = draw.one_of(&[(1080, 2400), (1170, 2532), (1080, 2340), (1440, 3200), (720, 1600)]);
        let (width, height) = (screen.0 as f32, screen.1 as f32);
        let (page_width, page_height) = self.paper.size();
        let Page { canvas, fields, qr } = Page::draw(self.paper, self.owner(), width / page_width);
        let is_dark = draw.once_in(2);
        let (ground, ink) = if is_dark { ([0; 3], [240; 3]) } else { ([250; 3], [20; 3]) };
        let mut shown = Canvas::new(width, height, 1.0, ground);
        let unit = width / 1080.0;
        shown.line("9:41", Face::SansBold, 40.0 * unit, (70.0 * unit, 40.0 * unit), ink);
        shown.fill(
            Area { x: width - 150.0 * unit, y: 48.0 * unit, width: 70.0 * unit, height: 30.0 * unit },
            ink,
        );
        shown.line("今天 上午", Face::Sans, 44.0 * unit, (430.0 * unit, 150.0 * unit), ink);
        for (index, word) in ["分享", "收藏", "编辑", "删除"].into_iter().enumerate() {
            shown.line(
                word,
                Face::Sans,
                40.0 * unit,
                ((110.0 + 250.0 * index as f32) * unit, height - 170.0 * unit),
                ink,
            );
        }
        let drop = (height - width * page_height / page_width) / 2.0;
        let mut picture = shown.image;
        imageops::replace(&mut picture, &canvas.image, 0, drop as i64);
        Picture {
            bytes: phone::screenshot(&picture),
            truth: Truth {
                paper: self.paper,
                corners: None,
                fields,
                qr,
                flaw: self.flaw,
                orientation: 1,
                size: screen,
            },
        }
    }
}
