//! The marker structure of a JPEG file (ITU-T T.81 Annex B), read without decoding a pixel, and the rewrite
//! that keeps the picture and drops everything else.

use std::ops::Range;

use crate::{Colour, MAX_SCAN_PIXELS, MAX_SCANS, Orientation, Rejection, Variant, exif};

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const DNL: u8 = 0xDC;
const DHP: u8 = 0xDE;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;

/// Real files have a few dozen; a stuffed one must not make the reader's list grow without end.
const MAX_SEGMENTS: usize = 4096;
/// ICC profiles of cameras and phones have 0.5–4 KB, printers' up to about 2 MB.
const MAX_PROFILE_BYTES: usize = 4_000_000;

pub(crate) struct Component {
    pub id: u8,
    pub horizontal: u8,
    pub vertical: u8,
}

pub(crate) struct Frame {
    pub width: u32,
    pub height: u32,
    pub progressive: bool,
    pub components: Vec<Component>,
}

pub(crate) struct Segment {
    pub marker: u8,
    /// Content without marker and length.
    pub payload: Range<usize>,
    /// For a scan: the entropy-coded bytes up to the next marker other than a restart; otherwise empty.
    pub entropy: Range<usize>,
}

pub(crate) struct Layout {
    pub frame: Frame,
    pub segments: Vec<Segment>,
    /// Offset just after the end marker; what follows is no part of the picture.
    pub end: usize,
    /// Bytes that belong to no segment stand between segments.
    pub has_gaps: bool,
    pub orientation: Orientation,
    pub has_gps: bool,
    pub adobe_transform: Option<u8>,
    pub profile: Option<Vec<u8>>,
}

impl Layout {
    pub fn read(bytes: &[u8]) -> Result<Self, Rejection> {
        let Walk { segments, end, has_gaps } = walk(bytes)?;
        let frame = frame(bytes, &segments)?;
        let scans = segments.iter().filter(|segment| segment.marker == SOS).count() as u64;
        let pixels = u64::from(frame.width) * u64::from(frame.height);
        if scans == 0 {
            return Err(Rejection::Corrupt);
        }
        if scans > u64::from(MAX_SCANS) || (frame.progressive && scans * pixels > MAX_SCAN_PIXELS) {
            return Err(Rejection::TooManyScans { scans: u32::try_from(scans).unwrap_or(u32::MAX) });
        }

        if scans > 1 && !frame.progressive && frame.components.len() > 1 {
            return Err(Rejection::VariantUnsupported { variant: Variant::SeparateScans });
        }

        let mut layout = Self {
            frame,
            segments,
            end,
            has_gaps,
            orientation: Orientation::Upright,
            has_gps: false,
            adobe_transform: None,
            profile: None,
        };
        layout.read_metadata(bytes);
        layout.check_entropy_size()?;
        Ok(layout)
    }

    pub fn colour(&self) -> Colour {
        match (self.frame.components.len(), self.adobe_transform) {
            (1, _) => Colour::Grey,
            (4, Some(2)) => Colour::Ycck,
            (4, _) => Colour::Cmyk,
            (_, Some(0)) => Colour::Rgb,
            (_, None) if self.frame.components.iter().map(|part| part.id).eq(*b"RGB") => Colour::Rgb,
            (_, _) => Colour::YCbCr,
        }
    }

    /// Working memory of a decoder that must hold all coefficients (16 bits each) before it can make pixels.
    pub fn coefficient_bytes(&self) -> u64 {
        if self.frame.progressive { self.frame.blocks() * 64 * 2 } else { 0 }
    }

    /// The same picture without metadata, previews, comments and trailing bytes; not one coefficient changes.
    /// `keep_adobe` keeps the colour-transform flag, without which RGB and YCCK files change their colours.
    pub fn rewritten(&self, bytes: &[u8], keep_adobe: bool) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.end);
        out.extend_from_slice(&[0xFF, SOI]);
        for segment in &self.segments {
            let payload = &bytes[segment.payload.clone()];
            let kept = match segment.marker {
                // Without the preview picture, which may show what was cropped away.
                APP0 if payload.starts_with(b"JFIF\0") && payload.len() >= 14 => {
                    let mut header = payload[..14].to_vec();
                    header[12..14].fill(0);
                    header
                }
                APP14 if keep_adobe && payload.starts_with(b"Adobe") && payload.len() >= 12 => {
                    payload[..12].to_vec()
                }
                0xC0..=0xCF | 0xDA..=0xDF => payload.to_vec(),
                _ => continue,
            };
            let length = (kept.len() + 2) as u16;
            out.extend_from_slice(&[0xFF, segment.marker]);
            out.extend_from_slice(&length.to_be_bytes());
            out.extend_from_slice(&kept);
            out.extend_from_slice(&bytes[segment.entropy.clone()]);
        }
        out.extend_from_slice(&[0xFF, EOI]);
        out
    }

    fn read_metadata(&mut self, bytes: &[u8]) {
        let mut profile_parts: Vec<(u8, &[u8])> = Vec::new();
        let mut saw_exif = false;
        for segment in &self.segments {
            let payload = &bytes[segment.payload.clone()];
            match segment.marker {
                APP1 if payload.starts_with(b"Exif\0\0") => {
                    let block = exif::read(payload);
                    self.has_gps |= block.has_gps;
                    if !saw_exif {
                        self.orientation = block.orientation;
                        saw_exif = true;
                    }
                }
                APP1 => self.has_gps |= exif::xmp_has_gps(payload),
                // ICC.1:2022 annex B.4: name, sequence number, count, then the part.
                APP2 if payload.starts_with(b"ICC_PROFILE\0") && payload.len() > 14 => {
                    profile_parts.push((payload[12], &payload[14..]));
                }
                APP14 if payload.starts_with(b"Adobe") && payload.len() >= 12 => {
                    self.adobe_transform = Some(payload[11]);
                }
                _ => {}
            }
        }
        profile_parts.sort_by_key(|(sequence, _)| *sequence);
        let profile: Vec<u8> = profile_parts.into_iter().flat_map(|(_, part)| part).copied().collect();
        self.profile = (1..=MAX_PROFILE_BYTES).contains(&profile.len()).then_some(profile);
    }

    /// A sound lower bound that exposes headers promising a huge picture over little data: every block costs
    /// at least one bit, and a second one for its end where scans are sequential.
    fn check_entropy_size(&self) -> Result<(), Rejection> {
        let bytes: usize = self.segments.iter().map(|segment| segment.entropy.len()).sum();
        let bits_per_block = if self.frame.progressive { 1 } else { 2 };
        if bytes as u64 * 8 < self.frame.blocks() * bits_per_block {
            return Err(Rejection::Truncated);
        }
        Ok(())
    }
}

impl Frame {
    /// Blocks of 8 × 8 samples over all components, without the padding of interleaved scans.
    pub fn blocks(&self) -> u64 {
        self.components
            .iter()
            .map(|part| u64::from(self.blocks_across(part)) * u64::from(self.blocks_down(part)))
            .sum()
    }

    pub fn blocks_across(&self, part: &Component) -> u32 {
        (self.width * u32::from(part.horizontal)).div_ceil(self.max_horizontal()).div_ceil(8)
    }

    pub fn blocks_down(&self, part: &Component) -> u32 {
        (self.height * u32::from(part.vertical)).div_ceil(self.max_vertical()).div_ceil(8)
    }

    pub fn max_horizontal(&self) -> u32 {
        self.components.iter().map(|part| u32::from(part.horizontal)).max().unwrap_or(1)
    }

    pub fn max_vertical(&self) -> u32 {
        self.components.iter().map(|part| u32::from(part.vertical)).max().unwrap_or(1)
    }
}

struct Walk {
    segments: Vec<Segment>,
    end: usize,
    has_gaps: bool,
}

/// Visits all markers from the start to the end marker.
fn walk(bytes: &[u8]) -> Result<Walk, Rejection> {
    let mut segments = Vec::new();
    let mut has_gaps = false;
    let mut at = 2;
    loop {
        has_gaps |= bytes.get(at).is_some_and(|byte| *byte != 0xFF);
        let (marker, after) = next_marker(bytes, at).ok_or(Rejection::Truncated)?;
        at = after;
        match marker {
            EOI => return Ok(Walk { segments, end: at, has_gaps }),
            // Stand-alone markers carry nothing; a second start belongs to another picture.
            0x01 | 0xD0..=0xD7 => continue,
            SOI => return Err(Rejection::Corrupt),
            _ => {}
        }
        let length = bytes.get(at..).and_then(<[u8]>::first_chunk::<2>).ok_or(Rejection::Truncated)?;
        let length = usize::from(u16::from_be_bytes(*length));
        if length < 2 {
            return Err(Rejection::Corrupt);
        }
        let payload = at + 2..at + length;
        if payload.end > bytes.len() {
            return Err(Rejection::Truncated);
        }
        at = payload.end;
        if marker == SOS {
            at = entropy_end(bytes, at).ok_or(Rejection::Truncated)?;
        }
        let entropy = payload.end..at;
        if segments.len() == MAX_SEGMENTS {
            return Err(Rejection::Corrupt);
        }
        segments.push(Segment { marker, payload, entropy });
    }
}

/// The next marker code at or after `at` and the offset behind it; fill bytes and gaps are skipped.
fn next_marker(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        at += bytes[at..].iter().position(|byte| *byte != 0xFF)?;
        let code = bytes[at];
        at += 1;
        if code != 0 {
            return Some((code, at));
        }
    }
}

/// Where entropy-coded data starting at `at` ends: at the first marker that is no restart.
fn entropy_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        match bytes.get(at + 1)? {
            0x00 | 0xD0..=0xD7 => at += 2,
            0xFF => at += 1,
            _ => return Some(at),
        }
    }
}

fn frame(bytes: &[u8], segments: &[Segment]) -> Result<Frame, Rejection> {
    let mut found = None;
    for segment in segments {
        let variant = match segment.marker {
            0xC0..=0xC2 => {
                if found.is_some() {
                    return Err(Rejection::Corrupt);
                }
                found = Some(read_frame(&bytes[segment.payload.clone()], segment.marker == 0xC2)?);
                continue;
            }
            SOS if found.is_none() => return Err(Rejection::Corrupt),
            0xC3 => Variant::LosslessJpeg,
            0xC5..=0xC7 | 0xCD..=0xCF | DHP => Variant::Hierarchical,
            0xC9..=0xCB => Variant::ArithmeticCoding,
            DNL => Variant::LateHeight,
            _ => continue,
        };
        return Err(Rejection::VariantUnsupported { variant });
    }
    found.ok_or(Rejection::Corrupt)
}

fn read_frame(payload: &[u8], progressive: bool) -> Result<Frame, Rejection> {
    let [precision, h1, h0, w1, w0, count, parts @ ..] = payload else { return Err(Rejection::Corrupt) };
    if *precision != 8 {
        return Err(Rejection::VariantUnsupported { variant: Variant::SamplePrecision });
    }
    if !matches!(count, 1 | 3 | 4) {
        return Err(Rejection::VariantUnsupported { variant: Variant::ComponentCount });
    }
    let (width, height) = (u16::from_be_bytes([*w1, *w0]), u16::from_be_bytes([*h1, *h0]));
    if height == 0 {
        return Err(Rejection::VariantUnsupported { variant: Variant::LateHeight });
    }
    if width == 0 || parts.len() != usize::from(*count) * 3 {
        return Err(Rejection::Corrupt);
    }
    let components: Vec<Component> = parts
        .chunks_exact(3)
        .map(|part| Component { id: part[0], horizontal: part[1] >> 4, vertical: part[1] & 15 })
        .collect();
    if components.iter().any(|part| !(1..=4).contains(&part.horizontal) || !(1..=4).contains(&part.vertical))
    {
        return Err(Rejection::Corrupt);
    }
    Ok(Frame { width: width.into(), height: height.into(), progressive, components })
}
