//! What is written on the picture of a paper.
//!
//! [`read`] looks for a QR code and, where the models are there, reads the print: it finds the page's lines, reads
//! them, and makes fields of what stands behind the labels that this kind of paper has. Numbers with check digits choose
//! between readings. It is a pure function of its input, and slow: the program `portal-page-reader` runs it beside the
//! portal ([`reader::Reader`]), which also frees the models' memory when the page is read.

mod code;
mod detect;
mod documents;
mod line;
mod models;
mod names;
mod number;
mod page;
mod papers;
mod print;
pub mod reader;
mod sheet;

use jiff::civil::Date;
use portal_domain::clean;
use portal_domain::progress::is_terminal_serial;
use portal_imaging::{Pixels, Turn};
use serde::{Deserialize, Serialize};

use crate::line::Line;
use crate::number::Kind;
use crate::page::{Page, Strip};
use crate::papers::Holds;
use crate::print::Print;
use crate::sheet::Sheet;

pub use crate::documents::Document;
pub use crate::models::{DETECTION, LETTERS, MODELS_VARIABLE, ModelError, Models, RECOGNITION};
pub use crate::names::{Doubt, agree};
pub use crate::page::Point;
pub use crate::papers::{Key, Paper, places};

/// Letters and digits that a terminal's serial number has at least: fewer are a model's.
const SHORTEST_SERIAL: usize = 6;
/// Digits that a bank's account numbers have at least.
const SHORTEST_ACCOUNT: usize = 8;

/// What to look for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The paper that it ought to be; none to find that out.
    pub paper: Option<Paper>,
    /// Upper left, upper right, lower right and lower left of the paper in the upright picture; without them the whole
    /// picture is taken for the page.
    pub corners: Option<[Point; 4]>,
    /// Nobody was born later, which tells a wrong number from a right one.
    pub today: Date,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Each key once at most.
    pub fields: Vec<Field>,
    /// How far the picture has to be turned, clockwise, until its print stands upright.
    pub turn: Turn,
    /// Which document it turned out to be, whatever was asked for.
    pub document: Option<Document>,
    /// Without models only a QR code can be read.
    pub print_was_read: bool,
}

/// Where a field was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// In the paper's QR code.
    Code,
    Print,
}

/// One thing that the paper says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    pub key: Key,
    /// In the form that the dossier has.
    pub value: String,
    /// Probability of the least certain letter, 0 to 1.
    pub confidence: f32,
    pub source: Source,
    /// A check digit says that it was read rightly.
    pub checked: bool,
    /// Corners of where it stands in the picture, upper left first, clockwise, in pixels.
    pub place: [Point; 4],
    /// Of a name: its letters that may be others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Doubt>,
}

impl Reading {
    pub fn field(&self, key: Key) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// Keeps the first of a key: the surest source comes first.
    fn add(&mut self, field: Field) {
        if !field.value.is_empty() && self.field(field.key).is_none() {
            self.fields.push(field);
        }
    }
}

/// Reads a paper in an upright picture.
///
/// # Errors
/// When the models are damaged. A picture on which nothing can be read is a reading without fields.
pub fn read(picture: &Pixels, request: &Request, models: Option<&Models>) -> Result<Reading, ModelError> {
    let mut reading =
        Reading { fields: Vec::new(), document: None, turn: Turn::None, print_was_read: models.is_some() };
    let codes = match request.paper {
        None | Some(Paper::BusinessLicence) => code::codes(picture),
        Some(_) => Vec::new(),
    };
    for code in &codes {
        if let Some(value) = Kind::CreditCode.within(&code.text) {
            reading.add(Field {
                key: Key::Number,
                value,
                confidence: 1.0,
                source: Source::Code,
                checked: true,
                place: code.place,
                doubts: Vec::new(),
            });
        }
    }
    let upright = match models {
        Some(models) => print::read(picture, request, &codes, models)?,
        None => Print {
            page: Page::new(picture, request.corners, Turn::None),
            turn: Turn::None,
            lines: Vec::new(),
        },
    };
    let Print { page, turn, mut lines } = upright;
    reading.turn = turn;
    let has_licence_code = !reading.fields.is_empty();
    reading.document = match request.paper {
        // A long number, which many papers have, tells no card here.
        Some(_) => document(&lines, &page, has_licence_code).filter(|told| *told != Document::BankCard),
        None => document(&lines, &page, has_licence_code),
    };
    let paper = request.paper.or(reading.document.and_then(Document::paper));
    // A licence's code is no field of another paper.
    if paper != Some(Paper::BusinessLicence) {
        reading.fields.clear();
    }
    if let Some(paper) = paper {
        lines.retain(|line| !print::is_title(&line.strip, &page, paper));
        let mut found = fields(&Sheet::new(lines), &page, paper, request.today);
        if paper == Paper::TypePlate {
            found = serial(found, &code::serials(picture));
        }
        for field in found {
            reading.add(field);
        }
    }
    Ok(reading)
}

/// A terminal's serial number: as its bars have it where the print says the same, else as either has it. Several bars without print may be
/// anything's.
fn serial(printed: Vec<Field>, codes: &[code::Code]) -> Vec<Field> {
    let of_code = |code: &code::Code, checked: bool| {
        Some(Field {
            key: Key::Number,
            value: serial_in(&code.text)?,
            confidence: 1.0,
            source: Source::Code,
            checked,
            place: code.place,
            doubts: Vec::new(),
        })
    };
    let alike = |field: &Field| {
        codes
            .iter()
            .filter_map(|code| of_code(code, true))
            .find(|code| looks_alike(&code.value, &field.value))
    };
    if let Some(field) = printed.first() {
        return vec![alike(field).unwrap_or_else(|| field.clone())];
    }
    let mut serials = codes.iter().filter_map(|code| of_code(code, false));
    let only = serials.next().filter(|_| serials.next().is_none());
    only.into_iter().collect()
}

/// A serial number that is all of a text, but for the letters before it that say so.
fn serial_in(text: &str) -> Option<String> {
    let text = text.trim();
    let text =
        ["S/N:", "SN:", "S/N"].iter().find_map(|before| text.strip_prefix(before)).unwrap_or(text).trim();
    let is_serial = text.len() >= SHORTEST_SERIAL
        && text.bytes().any(|letter| letter.is_ascii_digit())
        && is_terminal_serial(text);
    is_serial.then(|| text.to_owned())
}

/// Whether a code's text may be what the print, or the end of it, was read as.
fn looks_alike(code: &str, printed: &str) -> bool {
    let plain = |text: &str| -> String {
        let letters =
            text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase());
        letters
            .map(|letter| match letter {
                'O' | 'D' | 'Q' => '0',
                'I' | 'L' => '1',
                'S' => '5',
                'Z' => '2',
                'B' => '8',
                letter => letter,
            })
            .collect()
    };
    plain(code).ends_with(&plain(printed))
}

/// Which document has these lines; what has the number of a licence in a code is one, and what has that of a card
/// and no words of its own.
fn document(lines: &[Line], page: &Page<'_>, has_licence_code: bool) -> Option<Document> {
    let sheet = Sheet::new(lines.to_vec());
    let card = || number::find(&sheet.lines, &sheet.rows(), Kind::BankCard).map(|_| Document::BankCard);
    let by_code = has_licence_code.then_some(Document::BusinessLicence);
    by_code.or_else(|| documents::told(&sheet, page.height)).or_else(card)
}

fn fields(sheet: &Sheet, page: &Page<'_>, paper: Paper, today: Date) -> Vec<Field> {
    let mut fields = Vec::new();
    let kind = match paper {
        Paper::BusinessLicence => Some(Kind::CreditCode),
        Paper::OrganisationCodeCertificate => Some(Kind::OrganisationCode),
        Paper::TaxRegistration => Some(Kind::TaxNumber),
        Paper::IdPortrait => Some(Kind::ResidentId(today)),
        Paper::BankCard => Some(Kind::BankCard),
        Paper::IdEmblem | Paper::AccountPermit | Paper::TypePlate => None,
    };
    if let Some(found) = kind.and_then(|kind| number::find(&sheet.lines, &sheet.rows(), kind)) {
        let strips = found.places.iter().map(|(line, from, to)| {
            let margin = 0.5 / sheet.lines[*line].glyphs.len() as f64;
            sheet.lines[*line].strip.part((from - margin).max(0.0), (to + margin).min(1.0))
        });
        fields.push(Field {
            key: Key::Number,
            value: found.text,
            confidence: found.confidence,
            source: Source::Print,
            checked: true,
            place: around(&strips.collect::<Vec<_>>(), page),
            doubts: Vec::new(),
        });
    }
    let mut founded = None;
    for value in sheet.values(paper.labels()) {
        let place = around(&value.strips, page);
        let field = |key, text: String| Field {
            key,
            value: text,
            confidence: value.confidence(),
            source: Source::Print,
            checked: false,
            place,
            doubts: Vec::new(),
        };
        match value.holds {
            Holds::Field(key) => {
                let doubts = |text: &str| match key {
                    Key::Name | Key::LegalPerson => {
                        names::doubts(text, value.glyphs.iter().map(|glyph| glyph.other))
                    }
                    _ => Vec::new(),
                };
                let read = cleaned(key, &value.text(), paper);
                fields.extend(read.map(|text| Field { doubts: doubts(&text), ..field(key, text) }));
            }
            Holds::Period => {
                let (from, until) = papers::period(&value.text());
                fields.extend(from.map(|from| field(Key::ValidFrom, from)));
                fields.extend(until.map(|until| field(Key::ValidUntil, until)));
            }
            // The period says better from when a licence is valid, if there is one.
            Holds::Founded => {
                founded = papers::period(&value.text()).0.map(|from| field(Key::ValidFrom, from));
            }
            Holds::Other => {}
        }
    }
    fields.extend(founded);
    if paper == Paper::AccountPermit {
        fields.extend(account(sheet, page));
    }
    fields
}

/// An account number whose label could not be read: the only line of digits.
fn account(sheet: &Sheet, page: &Page<'_>) -> Option<Field> {
    let is_number = |line: &&Line| line.glyphs.iter().all(|glyph| glyph.letter.is_ascii_digit());
    let mut numbers =
        sheet.lines.iter().filter(is_number).filter(|line| line.glyphs.len() >= SHORTEST_ACCOUNT);
    let line = numbers.next().filter(|_| numbers.next().is_none())?;
    let confidence = line.glyphs.iter().map(|glyph| glyph.probability).fold(1.0, f32::min);
    Some(Field {
        key: Key::Number,
        value: line.glyphs.iter().map(|glyph| glyph.letter).collect(),
        confidence,
        source: Source::Print,
        checked: false,
        place: around(&[line.strip], page),
        doubts: Vec::new(),
    })
}

/// A value in the form that the dossier has, unless it can't be that.
fn cleaned(key: Key, text: &str, paper: Paper) -> Option<String> {
    match (key, paper) {
        (
            Key::Name,
            Paper::BusinessLicence
            | Paper::OrganisationCodeCertificate
            | Paper::TaxRegistration
            | Paper::AccountPermit,
        ) => Some(clean::company_name(text)),
        (Key::Scope | Key::Address | Key::BranchName, _) => Some(clean::company_name(&full_width(text))),
        (Key::Name | Key::LegalPerson, _) => Some(clean::text(text)),
        // Only a permit's account has no check digit to find it by.
        (Key::Number, Paper::AccountPermit) => {
            Some(clean::digits(text)).filter(|digits| digits.len() >= SHORTEST_ACCOUNT)
        }
        (Key::Number, Paper::TypePlate) => serial_in(text),
        (Key::Number | Key::ValidFrom | Key::ValidUntil, _) => None,
    }
}

/// Chinese punctuation, of which the model often reads the narrow twins.
fn full_width(text: &str) -> String {
    let wide = |letter| match letter {
        ',' => '，',
        ';' => '；',
        ':' => '：',
        letter => letter,
    };
    text.chars().map(wide).collect()
}

/// Corners in the picture of the upright rectangle on the page around strips.
fn around(strips: &[Strip], page: &Page<'_>) -> [Point; 4] {
    let corners = || {
        strips.iter().flat_map(|strip| {
            [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(|(u, v)| strip.at(u, v))
        })
    };
    let least = |of: fn(Point) -> f64| corners().map(of).fold(f64::MAX, f64::min);
    let most = |of: fn(Point) -> f64| corners().map(of).fold(f64::MIN, f64::max);
    let (left, right, top, bottom) = (least(|p| p.0), most(|p| p.0), least(|p| p.1), most(|p| p.1));
    [(left, top), (right, top), (right, bottom), (left, bottom)].map(|corner| page.in_picture(corner))
}
