//! The frames that travel between the portal and its photo worker.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{FitSpec, Fitted, Inspection, Rejection, Turn};

const MAX_HEADER_BYTES: u32 = 64 * 1024;

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub(super) enum Job {
    Inspect,
    Fit { spec: FitSpec, turn: Turn },
    Thumbnail { max_side_px: u32 },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub(super) enum Answer {
    Inspected {
        inspection: Inspection,
    },
    /// The picture's bytes are the frame's body.
    Fitted {
        fitted: Box<Fitted>,
    },
    /// The preview's bytes are the frame's body.
    Thumbnail,
    Rejected {
        rejection: Rejection,
    },
}

impl Answer {
    /// An answer to another question than the one asked comes from a broken worker.
    pub fn into_rejection(self) -> Rejection {
        match self {
            Self::Rejected { rejection } => rejection,
            Self::Inspected { .. } | Self::Fitted { .. } | Self::Thumbnail => Rejection::WorkerDied,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Header<T> {
    body_bytes: u64,
    #[serde(flatten)]
    message: T,
}

pub(super) fn write<T: Serialize>(out: &mut impl Write, message: &T, body: &[u8]) -> io::Result<()> {
    let header = serde_json::to_vec(&Header { body_bytes: body.len() as u64, message })?;
    let length = u32::try_from(header.len()).map_err(io::Error::other)?;
    out.write_all(&length.to_be_bytes())?;
    out.write_all(&header)?;
    out.write_all(body)
}

pub(super) fn read<T: DeserializeOwned>(
    input: &mut impl Read,
    max_body_bytes: u64,
) -> io::Result<(T, Vec<u8>)> {
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
