//! The two revisions that a contract grows by: the merchant's certifying signature, then the issuer's.
//!
//! Both are typed: a revision is written from these values, and read back into them. A verifier writes what it read
//! again and compares; so these types say everything that a revision can contain.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lopdf::{Dictionary, Object, ObjectId, Stream};

use crate::layout::SlotRect;
use crate::pdf::{Opened, Section, bytes_object, dictionary, name, read_text, text};

/// Printed, not to be changed by hand (ISO 32000-1 table 165, bits 3 and 8).
pub(super) const ANNOTATION_FLAGS: i64 = 4 | 128;
/// Signatures exist, and the file may only be appended to (table 219).
pub(super) const SIGNATURE_FLAGS: i64 = 1 | 2;
/// What may be done to a certified file (table 254).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permitted {
    /// After a contract that was signed on paper is sealed.
    Nothing = 1,
    /// Filling in forms and signing: the issuer, after the merchant.
    Signing = 2,
}

/// Objects that the merchant's revision adds, counted from the first free number.
const SIGNATURE: u32 = 0;
const MERCHANT_FIELD: u32 = 1;
const ISSUER_FIELD: u32 = 2;
const FORM: u32 = 3;
const DRAWING: u32 = 4;
const PLACEHOLDER: u32 = 5;
/// The issuer's revision adds its signature and this.
const SEAL: u32 = 1;

/// A signature dictionary.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SignatureValue {
    pub(crate) signer: String,
    pub(crate) reason: String,
    pub(crate) location: Option<String>,
    /// As the signer's clock said, to the second.
    pub(crate) at: Timestamp,
    pub(crate) byte_range: [i64; 4],
    /// The container with the zeros behind it.
    pub(crate) contents: Vec<u8>,
}

/// A signature field and its place on a page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// What a reader who hears the page is told.
    pub(crate) label: String,
    pub(crate) page: ObjectId,
    /// Left, bottom, right, top in points.
    pub(crate) rect: [f32; 4],
}

/// A drawing that uses nothing but itself, deflated.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Drawing {
    pub(crate) width_pt: f32,
    pub(crate) height_pt: f32,
    pub(crate) deflated: Vec<u8>,
}

/// The merchant's revision.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MerchantUpdate {
    pub(crate) signature: SignatureValue,
    pub(crate) merchant: Field,
    pub(crate) issuer: Field,
    pub(crate) drawing: Drawing,
    /// Says in the issuer's field that the contract has no effect yet.
    pub(crate) placeholder: Drawing,
}

/// The issuer's revision.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct IssuerUpdate {
    pub(crate) signature: SignatureValue,
    pub(crate) seal: Drawing,
}

impl Field {
    /// The field at a slot of the rendered document.
    pub(crate) fn at(slot: &SlotRect, label: &str, file: &Opened<'_>) -> Option<Self> {
        let page_number = u32::try_from(slot.page + 1).ok()?;
        let page = *file.document.get_pages().get(&page_number)?;
        // Hundredths of a point, so that reading gives the same number again.
        let rect = [slot.x_pt, slot.y_pt, slot.x_pt + slot.width_pt, slot.y_pt + slot.height_pt]
            .map(|value| (value * 100.0).round() / 100.0);
        Some(Self { name: slot.name.clone(), label: label.to_owned(), page, rect })
    }

    pub(super) fn to_object(&self, value: Option<u32>, appearance: u32) -> Object {
        let mut field = dictionary([
            ("Type", name("Annot")),
            ("Subtype", name("Widget")),
            ("FT", name("Sig")),
            ("T", text(&self.name)),
            ("TU", text(&self.label)),
            ("F", ANNOTATION_FLAGS.into()),
            ("P", Object::Reference(self.page)),
            ("Rect", Object::Array(self.rect.map(Object::Real).into())),
        ]);
        if let Some(number) = value {
            field.set("V", reference(number));
        }
        field.set("AP", dictionary([("N", reference(appearance))]));
        Object::Dictionary(field)
    }

    pub(super) fn read(object: &Object) -> Option<Self> {
        let field = object.as_dict().ok()?;
        let rect = field.get(b"Rect").ok()?.as_array().ok()?;
        let rect: Vec<f32> = rect.iter().map(|value| value.as_float().ok()).collect::<Option<_>>()?;
        Some(Self {
            name: read_text(field.get(b"T").ok()?)?,
            label: read_text(field.get(b"TU").ok()?)?,
            page: field.get(b"P").ok()?.as_reference().ok()?,
            rect: rect.try_into().ok()?,
        })
    }
}

impl SignatureValue {
    pub(super) fn to_object(&self, certifying: Option<Permitted>) -> Object {
        let mut value = dictionary([
            ("Type", name("Sig")),
            ("Filter", name("Adobe.PPKLite")),
            ("SubFilter", name("ETSI.CAdES.detached")),
            ("ByteRange", Object::Array(self.byte_range.map(Object::Integer).into())),
            ("Contents", bytes_object(self.contents.clone())),
            ("M", bytes_object(pdf_time(self.at).into_bytes())),
            ("Name", text(&self.signer)),
            ("Reason", text(&self.reason)),
        ]);
        if let Some(location) = &self.location {
            value.set("Location", text(location));
        }
        if let Some(permitted) = certifying {
            let parameters = dictionary([
                ("Type", name("TransformParams")),
                ("P", (permitted as i64).into()),
                ("V", name("1.2")),
            ]);
            let reference = dictionary([
                ("Type", name("SigRef")),
                ("TransformMethod", name("DocMDP")),
                ("TransformParams", parameters.into()),
            ]);
            value.set("Reference", Object::Array(vec![reference.into()]));
        }
        value.into()
    }

    pub(super) fn read(object: &Object) -> Option<Self> {
        let value = object.as_dict().ok()?;
        let range = value.get(b"ByteRange").ok()?.as_array().ok()?;
        let range: Vec<i64> = range.iter().map(|part| part.as_i64().ok()).collect::<Option<_>>()?;
        let location = match value.get(b"Location") {
            Ok(location) => Some(read_text(location)?),
            Err(_) => None,
        };
        Some(Self {
            signer: read_text(value.get(b"Name").ok()?)?,
            reason: read_text(value.get(b"Reason").ok()?)?,
            location,
            at: read_pdf_time(value.get(b"M").ok()?.as_str().ok()?)?,
            byte_range: range.try_into().ok()?,
            contents: value.get(b"Contents").ok()?.as_str().ok()?.to_vec(),
        })
    }
}

impl Drawing {
    pub(crate) fn to_object(&self) -> Object {
        let bounds = [0.0, 0.0, self.width_pt, self.height_pt];
        let dict = dictionary([
            ("Type", name("XObject")),
            ("Subtype", name("Form")),
            ("BBox", Object::Array(bounds.map(Object::Real).into())),
            ("Resources", dictionary([("ColorSpace", colour_spaces().into())]).into()),
            ("Filter", name("FlateDecode")),
            ("Length", i64::try_from(self.deflated.len()).unwrap_or(i64::MAX).into()),
        ]);
        // `Stream::new` would put its own length first.
        let stream =
            Stream { dict, content: self.deflated.clone(), allows_compression: false, start_position: None };
        Object::Stream(stream)
    }

    pub(super) fn read(object: &Object) -> Option<Self> {
        let stream = object.as_stream().ok()?;
        let bounds = stream.dict.get(b"BBox").ok()?.as_array().ok()?;
        let [_, _, width, height] = bounds.as_slice() else { return None };
        Some(Self {
            width_pt: width.as_float().ok()?,
            height_pt: height.as_float().ok()?,
            deflated: stream.content.clone(),
        })
    }
}

impl MerchantUpdate {
    /// The number that the signature has after `file`.
    pub(crate) fn signature_number(file: &Opened<'_>) -> u32 {
        file.size + SIGNATURE
    }

    /// Every object that the revision adds or changes. None when the file is not a rendered document.
    pub(crate) fn objects(&self, file: &Opened<'_>) -> Option<Vec<(u32, Object)>> {
        let free = |number: u32| file.size + number;
        let root = plain(file.root()?)?;
        let mut catalog = file.object(root)?.as_dict().ok()?.clone();
        if catalog.has(b"AcroForm") || catalog.has(b"Perms") {
            return None;
        }
        catalog.set("AcroForm", reference(free(FORM)));
        catalog.set("Perms", dictionary([("DocMDP", reference(free(SIGNATURE)))]));
        let form = dictionary([
            ("Fields", Object::Array(vec![reference(free(MERCHANT_FIELD)), reference(free(ISSUER_FIELD))])),
            ("SigFlags", SIGNATURE_FLAGS.into()),
        ]);
        let mut objects = vec![
            (root, catalog.into()),
            (free(SIGNATURE), self.signature.to_object(Some(Permitted::Signing))),
            (free(MERCHANT_FIELD), self.merchant.to_object(Some(free(SIGNATURE)), free(DRAWING))),
            (free(ISSUER_FIELD), self.issuer.to_object(None, free(PLACEHOLDER))),
            (free(FORM), form.into()),
            (free(DRAWING), self.drawing.to_object()),
            (free(PLACEHOLDER), self.placeholder.to_object()),
        ];
        let fields = [(self.merchant.page, MERCHANT_FIELD), (self.issuer.page, ISSUER_FIELD)];
        for page in pages(&self.merchant, &self.issuer) {
            let own = fields.iter().filter(|(of, _)| *of == page).map(|(_, field)| reference(free(*field)));
            let number = plain(page)?;
            let mut changed = file.object(number)?.as_dict().ok()?.clone();
            if changed.has(b"Annots") {
                return None;
            }
            changed.set("Annots", Object::Array(own.collect()));
            objects.push((number, changed.into()));
        }
        objects.sort_by_key(|(number, _)| *number);
        Some(objects)
    }

    /// Reads the revision that follows `before`.
    pub(crate) fn read(before: &Opened<'_>, section: &Section<'_>) -> Option<Self> {
        let object = |number: u32| section.file.object(before.size + number);
        Some(Self {
            signature: SignatureValue::read(object(SIGNATURE)?)?,
            merchant: Field::read(object(MERCHANT_FIELD)?)?,
            issuer: Field::read(object(ISSUER_FIELD)?)?,
            drawing: Drawing::read(object(DRAWING)?)?,
            placeholder: Drawing::read(object(PLACEHOLDER)?)?,
        })
    }

    /// The number of the issuer's field in a file whose original has `original_size`.
    fn issuer_field_number(original_size: u32) -> u32 {
        original_size + ISSUER_FIELD
    }
}

impl IssuerUpdate {
    pub(crate) fn signature_number(file: &Opened<'_>) -> u32 {
        file.size + SIGNATURE
    }

    /// Every object that the revision adds or changes.
    pub(crate) fn objects(
        &self,
        merchant: &MerchantUpdate,
        original_size: u32,
        file: &Opened<'_>,
    ) -> Vec<(u32, Object)> {
        let (signature, seal) = (file.size + SIGNATURE, file.size + SEAL);
        vec![
            (
                MerchantUpdate::issuer_field_number(original_size),
                merchant.issuer.to_object(Some(signature), seal),
            ),
            (signature, self.signature.to_object(None)),
            (seal, self.seal.to_object()),
        ]
    }

    pub(crate) fn read(before: &Opened<'_>, section: &Section<'_>) -> Option<Self> {
        let object = |number: u32| section.file.object(before.size + number);
        Some(Self {
            signature: SignatureValue::read(object(SIGNATURE)?)?,
            seal: Drawing::read(object(SEAL)?)?,
        })
    }
}

/// sRGB in CIE terms, near enough for ink: with it a drawing needs no output intent.
fn colour_spaces() -> Dictionary {
    let reals = |values: &[f32]| Object::Array(values.iter().copied().map(Object::Real).collect());
    let parameters = dictionary([
        ("WhitePoint", reals(&[0.9505, 1.0, 1.089])),
        ("Gamma", reals(&[2.2, 2.2, 2.2])),
        ("Matrix", reals(&[0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505])),
    ]);
    dictionary([(super::pen::COLOUR_SPACE, Object::Array(vec![name("CalRGB"), parameters.into()]))])
}

fn pages(merchant: &Field, issuer: &Field) -> impl Iterator<Item = ObjectId> {
    let other = (issuer.page != merchant.page).then_some(issuer.page);
    std::iter::once(merchant.page).chain(other)
}

/// The number of an object of generation 0, the only one that rendered documents have.
pub(super) fn plain((number, generation): ObjectId) -> Option<u32> {
    (generation == 0).then_some(number)
}

pub(super) fn reference(number: u32) -> Object {
    Object::Reference((number, 0))
}

/// A date of ISO 32000-1 §7.9.4, in UTC.
fn pdf_time(at: Timestamp) -> String {
    let utc = at.to_zoned(TimeZone::UTC);
    format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}Z",
        utc.year(),
        utc.month(),
        utc.day(),
        utc.hour(),
        utc.minute(),
        utc.second()
    )
}

fn read_pdf_time(bytes: &[u8]) -> Option<Timestamp> {
    let digits = std::str::from_utf8(bytes).ok()?.strip_prefix("D:")?.strip_suffix('Z')?;
    crate::stamping::compact_time(digits)
}
