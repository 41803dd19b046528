//! The headers of tus 1.0, as strangers send them.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portal_domain::ids::Sha256;
use portal_protocol::error::ErrorCode;

use super::extract::header_text;
use crate::problem::{Answer, Problem};
use crate::uploading::Checksum;

pub const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
pub const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
pub const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub const LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const CHUNK_TYPE: &str = "application/offset+octet-stream";
const MAX_METADATA_BYTES: usize = 4096;

/// What is asked of a new upload.
pub struct Creation<'a> {
    /// Between 1 and the largest blob.
    pub length_bytes: u64,
    /// As it came.
    pub metadata: &'a str,
    /// The hash that the metadata name.
    pub sha: Option<Sha256>,
    /// Whether the body is the first chunk.
    pub brings_bytes: bool,
    /// Of the first chunk.
    pub checksum: Option<Checksum>,
}

/// Where a chunk goes.
pub struct Chunk {
    pub offset_bytes: u64,
    pub checksum: Option<Checksum>,
}

impl<'a> Creation<'a> {
    /// Reads the headers of a creation.
    ///
    /// # Errors
    /// `tus_version`, `bad_parameter`, `too_large`.
    pub fn read(headers: &'a HeaderMap, max_blob_bytes: u64) -> Answer<Self> {
        require_version(headers)?;
        let length_bytes = number(headers, &LENGTH)?.filter(|length| *length > 0);
        let length_bytes = length_bytes.ok_or_else(|| Problem::parameter(LENGTH.as_str()))?;
        if length_bytes > max_blob_bytes {
            return Err(ErrorCode::TooLarge.into());
        }
        let metadata = header_text(headers, METADATA.as_str())?.unwrap_or_default();
        if metadata.len() > MAX_METADATA_BYTES {
            return Err(ErrorCode::TooLarge.into());
        }
        let (sha, checksum) = (declared_sha(metadata)?, checksum(headers)?);
        Ok(Self { length_bytes, metadata, sha, brings_bytes: is_chunk(headers)?, checksum })
    }
}

impl Chunk {
    /// Reads the headers of a chunk.
    ///
    /// # Errors
    /// `tus_version`, `unsupported_type`, `bad_parameter`.
    pub fn read(headers: &HeaderMap) -> Answer<Self> {
        require_version(headers)?;
        if !is_chunk(headers)? {
            return Err(ErrorCode::UnsupportedType.into());
        }
        let offset_bytes = number(headers, &OFFSET)?.ok_or_else(|| Problem::parameter(OFFSET.as_str()))?;
        Ok(Self { offset_bytes, checksum: checksum(headers)? })
    }
}

/// Refuses a client that speaks another version.
///
/// # Errors
/// `tus_version`.
pub fn require_version(headers: &HeaderMap) -> Answer<()> {
    if headers.get(RESUMABLE) == Some(&VERSION) {
        return Ok(());
    }
    Err(Problem::new(ErrorCode::TusVersion).with_header(TUS_VERSION, VERSION))
}

fn is_chunk(headers: &HeaderMap) -> Answer<bool> {
    Ok(header_text(headers, header::CONTENT_TYPE.as_str())? == Some(CHUNK_TYPE))
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Answer<Option<u64>> {
    header_text(headers, name.as_str())?
        .map(|text| text.parse().map_err(|_| Problem::parameter(name.as_str())))
        .transpose()
}

/// The `sha` of `Upload-Metadata`: the Base64 of its hexadecimal text.
fn declared_sha(metadata: &str) -> Answer<Option<Sha256>> {
    let bad = || Problem::parameter(METADATA.as_str());
    for pair in metadata.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        if key == "sha" {
            let text = STANDARD.decode(value).map_err(|_| bad())?;
            let text = String::from_utf8(text).map_err(|_| bad())?;
            return text.parse().map(Some).map_err(|_| bad());
        }
    }
    Ok(None)
}

fn checksum(headers: &HeaderMap) -> Answer<Option<Checksum>> {
    const NAME: &str = "upload-checksum";
    let Some(text) = header_text(headers, NAME)? else { return Ok(None) };
    let (algorithm, value) = text.split_once(' ').ok_or_else(|| Problem::parameter(NAME))?;
    let digest = STANDARD.decode(value.trim()).map_err(|_| Problem::parameter(NAME))?;
    match (algorithm, digest.len()) {
        ("crc32", 4) => {
            digest.try_into().map(|crc| Some(Checksum::Crc32(crc))).map_err(|_| Problem::parameter(NAME))
        }
        ("sha1", 20) => Ok(Some(Checksum::Sha1(digest))),
        ("sha256", 32) => Ok(Some(Checksum::Sha256(digest))),
        _ => Err(Problem::parameter(NAME)),
    }
}
