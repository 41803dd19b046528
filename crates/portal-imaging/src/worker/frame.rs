//! The frames that travel between the portal and the programs it asks: four bytes (big endian) with the length of a
//! JSON header, the header, then as many raw bytes as the header says.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

const MAX_HEADER_BYTES: u32 = 64 * 1024;

#[derive(Serialize, Deserialize)]
struct Header<T> {
    body_bytes: u64,
    #[serde(flatten)]
    message: T,
}

/// Writes one frame.
///
/// # Errors
/// Those of the stream.
pub fn write<T: Serialize>(out: &mut impl Write, message: &T, body: &[u8]) -> io::Result<()> {
    let header = serde_json::to_vec(&Header { body_bytes: body.len() as u64, message })?;
    let length = u32::try_from(header.len()).map_err(io::Error::other)?;
    out.write_all(&length.to_be_bytes())?;
    out.write_all(&header)?;
    out.write_all(body)
}

/// Reads one frame; its body may have `max_body_bytes`.
///
/// # Errors
/// Those of the stream; when what comes is no frame, or a larger one.
pub fn read<T: DeserializeOwned>(input: &mut impl Read, max_body_bytes: u64) -> io::Result<(T, Vec<u8>)> {
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if length > MAX_HEADER_BYTES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut header = vec![0; length as usize];
    input.read_exact(&mut header)?;
    let Header { body_bytes, message } = serde_json::from_slice(&header)?;
    if body_bytes > max_body_bytes {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; usize::try_from(body_bytes).map_err(io::Error::other)?];
    input.read_exact(&mut body)?;
    Ok((message, body))
}
