//! Photos of documents: bytes in, checked and fitted JPEG bytes out.
//!
//! [`inspect`] reads headers only, [`fit`] decodes, turns upright, strips metadata, brings the picture within
//! a slot's limits and judges it, [`thumbnail`] makes a small preview. All three are pure functions of their
//! input: no files, no clock, no threads, the same bytes give the same answer.
//!
//! Files come from strangers, so callers outside tests use [`worker::Worker`], which runs the same functions
//! in the separate program `portal-photo-worker` under a deadline and a memory cap.

mod avif;
mod bmp;
mod colour;
mod decode;
mod encode;
mod entropy;
mod exif;
mod fit;
mod format;
mod gif;
mod hash;
mod heif;
mod inspect;
mod jpeg;
mod judge;
mod orientation;
mod outline;
mod photo;
mod pixels;
mod planes;
mod png;
mod raster;
mod rejection;
mod subject;
mod tiff;
#[cfg(feature = "turbojpeg")]
mod turbo;
mod turn;
mod webp;
pub mod worker;

pub use fit::{ColourSource, FitSpec, Fitted, PREVIEW_PX, Step, fit, fit_showing, fit_unjudged, thumbnail};
pub use format::Format;
pub use hash::PictureHash;
pub use inspect::{Colour, Inspection, inspect};
pub use judge::{Measurements, Place, Region, Severity, Verdict, VerdictCode};
pub use orientation::Orientation;
pub use outline::{Corner, Outline};
pub use pixels::{Pixels, pixels};
pub use rejection::{Rejection, Variant};
pub use subject::Subject;
pub use turn::Turn;

/// Largest file looked at, in bytes. A 12 MP phone photo has 2–8 MB, a 50 MP one up to about 25 MB.
pub const MAX_FILE_BYTES: u64 = 60_000_000;

/// Largest picture decoded, in pixels.
pub const MAX_PIXELS: u64 = 80_000_000;

/// What the file and its decoded pixels may take together, in bytes; leaves room for resizing and encoding
/// under the worker's address-space cap of 300 MB.
pub const MAX_WORKING_BYTES: u64 = 262_000_000;

/// Most scans a JPEG may have. Encoders write 1 to about 12; hundreds only serve to waste the reader's time.
pub const MAX_SCANS: u32 = 64;

/// Most pixels × scans of a progressive JPEG: every scan visits every block again.
pub const MAX_SCAN_PIXELS: u64 = 600_000_000;
