//! Pages to be read: whatever the pixels are and wherever its corners are said to be, reading ends, with values that are
//! not empty and a confidence that is one. Print is read where set-up has put the models.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use portal_imaging::Pixels;
use portal_pictures::{Order, Paper as Drawn};
use portal_recognition::{Models, Paper, Request, read};

/// Long side of the pages that are spoiled: letters are just large enough to be read.
const LONG_SIDE_PX: u32 = 480;
const PAPERS: [Option<Paper>; 9] = [
    None,
    Some(Paper::BusinessLicence),
    Some(Paper::OrganisationCodeCertificate),
    Some(Paper::TaxRegistration),
    Some(Paper::IdPortrait),
    Some(Paper::IdEmblem),
    Some(Paper::BankCard),
    Some(Paper::AccountPermit),
    Some(Paper::TypePlate),
];

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    picture: Picture<'a>,
    paper: u8,
    /// In pixels, outside the picture too.
    corners: Option<[(i16, i16); 4]>,
    with_models: bool,
}

#[derive(Debug, Arbitrary)]
enum Picture<'a> {
    Raw { width: u8, bytes: &'a [u8] },
    Spoiled { good: u8, from: (u16, u16), size: (u16, u16), patches: Vec<(u32, &'a [u8])> },
}

static GOOD: LazyLock<Vec<Pixels>> = LazyLock::new(|| {
    let papers = [Drawn::LicenceLandscape, Drawn::IdFront, Drawn::IdBack, Drawn::BankCard, Drawn::TypePlate];
    papers
        .into_iter()
        .map(|paper| {
            let bytes = Order::new(7, paper).long_side(LONG_SIDE_PX).taken().bytes;
            portal_imaging::pixels(&bytes).expect("a picture")
        })
        .collect()
});

static MODELS: LazyLock<Option<Models>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/models");
    Models::load(&folder).ok()
});

impl Picture<'_> {
    fn pixels(&self) -> Option<Pixels> {
        match self {
            Self::Raw { width, bytes } => {
                let width = u32::from(*width).max(1);
                let height = (bytes.len() as u32 / 3 / width).min(256);
                let rgb = bytes.get(..(width * height * 3) as usize)?.to_vec();
                (height > 0).then_some(Pixels { width, height, rgb })
            }
            Self::Spoiled { good, from, size, patches } => {
                let good = &GOOD[usize::from(*good) % GOOD.len()];
                let (left, top) = (u32::from(from.0) % good.width, u32::from(from.1) % good.height);
                let width = u32::from(size.0).clamp(1, good.width - left);
                let height = u32::from(size.1).clamp(1, good.height - top);
                let rows = (top..top + height).flat_map(|y| {
                    let start = ((y * good.width + left) * 3) as usize;
                    good.rgb[start..start + width as usize * 3].iter().copied()
                });
                let mut rgb: Vec<u8> = rows.collect();
                for (at, bytes) in patches {
                    let at = *at as usize % rgb.len();
                    rgb.iter_mut().skip(at).zip(*bytes).for_each(|(value, byte)| *value = *byte);
                }
                Some(Pixels { width, height, rgb })
            }
        }
    }
}

fuzz_target!(|input: Input| {
    let Some(pixels) = input.picture.pixels() else { return };
    let request = Request {
        paper: PAPERS[usize::from(input.paper) % PAPERS.len()],
        corners: input.corners.map(|corners| corners.map(|(x, y)| (f64::from(x), f64::from(y)))),
        today: jiff::civil::date(2026, 11, 1),
    };
    let models = input.with_models.then(|| MODELS.as_ref()).flatten();
    let reading = read(&pixels, &request, models).expect("the models are whole");
    for field in &reading.fields {
        assert!(!field.value.is_empty() && (0.0..=1.0).contains(&field.confidence), "{field:?}");
    }
});
