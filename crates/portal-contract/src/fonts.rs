//! The embedded typefaces and which of them has a character.

use std::sync::OnceLock;

use krilla::text::Font;
use rustybuzz::ttf_parser;

use crate::error::RenderError;

static REGULAR: &[u8] = include_bytes!(env!("FONT_SANS_REGULAR"));
static BOLD: &[u8] = include_bytes!(env!("FONT_SANS_BOLD"));

/// The fixed list of typefaces, in order of fallback. Nothing is ever taken from the machine: the same document
/// must give the same bytes everywhere.
pub struct Fonts {
    faces: Vec<Face>,
}

/// Thickness of the letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// Index of a face in [`Fonts`].
pub(crate) type FaceId = usize;

pub(crate) struct Face {
    weight: Weight,
    pub(crate) shaping: rustybuzz::Face<'static>,
    pub(crate) embedding: Font,
    pub(crate) units_per_em: f32,
}

impl Fonts {
    /// SHA-256 of each typeface in the list, lower-case hex: part of the renderer's identity.
    pub const SHA256: [&'static str; 2] = [env!("FONT_SANS_REGULAR_SHA256"), env!("FONT_SANS_BOLD_SHA256")];

    /// The typefaces built into the program, parsed once per process.
    ///
    /// # Errors
    /// [`RenderError::Font`] when an embedded file cannot be parsed.
    pub fn embedded() -> Result<&'static Self, RenderError> {
        static FONTS: OnceLock<Option<Fonts>> = OnceLock::new();
        FONTS
            .get_or_init(|| {
                let faces = vec![Face::parse(Weight::Regular, REGULAR)?, Face::parse(Weight::Bold, BOLD)?];
                Some(Self { faces })
            })
            .as_ref()
            .ok_or(RenderError::Font)
    }

    pub(crate) fn face(&self, id: FaceId) -> Option<&Face> {
        self.faces.get(id)
    }

    /// The first face of the wanted weight that has the character, else the first face of any weight.
    pub(crate) fn face_for(&self, ch: char, weight: Weight) -> Result<FaceId, RenderError> {
        let has = |wanted: Option<Weight>| {
            self.faces.iter().position(|face| {
                wanted.is_none_or(|weight| face.weight == weight) && face.shaping.glyph_index(ch).is_some()
            })
        };
        has(Some(weight)).or_else(|| has(None)).ok_or(RenderError::MissingGlyph { ch })
    }
}

impl Face {
    fn parse(weight: Weight, data: &'static [u8]) -> Option<Self> {
        let parsed = ttf_parser::Face::parse(data, 0).ok()?;
        let units_per_em = f32::from(parsed.units_per_em());
        let shaping = rustybuzz::Face::from_face(parsed);
        let embedding = Font::new(data.into(), 0)?;
        Some(Self { weight, shaping, embedding, units_per_em })
    }
}
