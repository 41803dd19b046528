//! Text in the fonts that set-up installs (`fonts-noto-cjk`).

use std::sync::LazyLock;

use ab_glyph::{Font, FontVec, PxScale, ScaleFont, point};

/// What paper is printed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    Sans,
    SansBold,
    Serif,
    SerifBold,
}

const FOLDER: &str = "/usr/share/fonts/opentype/noto";
/// The simplified Chinese face in Noto's collections.
const SIMPLIFIED: u32 = 2;

fn load(file: &str) -> FontVec {
    let path = format!("{FOLDER}/{file}");
    let bytes = std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{path}: {error}; `cargo xtask setup` installs the fonts"));
    FontVec::try_from_vec_and_index(bytes, SIMPLIFIED).expect("a font collection")
}

static SANS: LazyLock<FontVec> = LazyLock::new(|| load("NotoSansCJK-Regular.ttc"));
static SANS_BOLD: LazyLock<FontVec> = LazyLock::new(|| load("NotoSansCJK-Bold.ttc"));
static SERIF: LazyLock<FontVec> = LazyLock::new(|| load("NotoSerifCJK-Regular.ttc"));
static SERIF_BOLD: LazyLock<FontVec> = LazyLock::new(|| load("NotoSerifCJK-Bold.ttc"));

impl Face {
    fn font(self) -> &'static FontVec {
        match self {
            Self::Sans => &SANS,
            Self::SansBold => &SANS_BOLD,
            Self::Serif => &SERIF,
            Self::SerifBold => &SERIF_BOLD,
        }
    }
}

/// Calls `dot(x, y, coverage)` for the pixels of a line of text whose upper left corner is at (`x`, `y`), with
/// `spacing` more pixels between characters. Gives the width.
pub fn set_line(
    text: &str,
    face: Face,
    size_px: f32,
    spacing: f32,
    (x, y): (f32, f32),
    mut dot: impl FnMut(u32, u32, f32),
) -> f32 {
    // An em of Noto is the size that printers mean; `PxScale` means ascent to descent.
    let font = face.font();
    let scale = PxScale::from(size_px * font.height_unscaled() / font.units_per_em().expect("an em"));
    let scaled = font.as_scaled(scale);
    let baseline = y + size_px * 0.88;
    let mut pen = x;
    for character in text.chars() {
        let id = font.glyph_id(character);
        let glyph = id.with_scale_and_position(scale, point(pen, baseline));
        if let Some(outlined) = font.outline_glyph(glyph) {
            let bounds = outlined.px_bounds();
            outlined.draw(|dx, dy, coverage| {
                let (px, py) = (bounds.min.x as i64 + i64::from(dx), bounds.min.y as i64 + i64::from(dy));
                if let (Ok(px), Ok(py)) = (u32::try_from(px), u32::try_from(py)) {
                    dot(px, py, coverage);
                }
            });
        }
        pen += scaled.h_advance(id) + spacing;
    }
    pen - x
}
