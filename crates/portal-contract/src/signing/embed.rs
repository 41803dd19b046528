//! Appending a revision with room for its signature, and filling that room.

use std::ops::Range;

use lopdf::Object;
use sha2::{Digest, Sha256};

use super::SignError;
use crate::pdf::{Opened, append};

/// A file with an empty signature, ready to be signed.
pub(crate) struct Prepared {
    bytes: Vec<u8>,
    /// The hexadecimal string of the signature, with its angle brackets.
    hole: Range<usize>,
}

/// Writes the revision until the byte range that it states is the one that it has.
pub(crate) fn prepare(
    file: &Opened<'_>,
    signature: u32,
    reserve_bytes: usize,
    objects: impl Fn([i64; 4]) -> Option<Vec<(u32, Object)>>,
) -> Result<Prepared, SignError> {
    // The range's digits are part of the file's length: two or three rounds settle it.
    const MAX_ROUNDS: usize = 8;
    let mut range = [0; 4];
    for _ in 0..MAX_ROUNDS {
        let appended = append(file, &objects(range).ok_or(SignError::NotRendered)?);
        let begin = appended.offsets.iter().find(|(number, _)| *number == signature);
        let begin = begin.map(|(_, offset)| *offset).ok_or(SignError::NotRendered)?;
        let hole = find_hole(&appended.bytes, begin, reserve_bytes).ok_or(SignError::NotRendered)?;
        let real = byte_range(&hole, appended.bytes.len());
        if real == range {
            return Ok(Prepared { bytes: appended.bytes, hole });
        }
        range = real;
    }
    Err(SignError::NotRendered)
}

/// Where the contents of the signature whose object begins at `begin` lie.
pub(crate) fn find_hole(bytes: &[u8], begin: usize, reserve_bytes: usize) -> Option<Range<usize>> {
    const KEY: &[u8] = b"/Contents <";
    let tail = bytes.get(begin..)?;
    let at = tail.windows(KEY.len()).position(|window| window == KEY)?;
    let start = begin + at + KEY.len() - 1;
    let hole = start..start + 2 * reserve_bytes + 2;
    (bytes.get(hole.end.checked_sub(1)?) == Some(&b'>')).then_some(hole)
}

/// Everything but the hole.
pub(crate) fn byte_range(hole: &Range<usize>, length: usize) -> [i64; 4] {
    [0, hole.start, hole.end, length.saturating_sub(hole.end)]
        .map(|part| i64::try_from(part).unwrap_or(i64::MAX))
}

/// SHA-256 of everything but the hole.
pub(crate) fn digest(bytes: &[u8], hole: &Range<usize>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(bytes.get(..hole.start).unwrap_or_default());
    hash.update(bytes.get(hole.end..).unwrap_or_default());
    hash.finalize().into()
}

impl Prepared {
    pub(crate) fn digest(&self) -> [u8; 32] {
        digest(&self.bytes, &self.hole)
    }

    /// Puts the container into the hole.
    pub(crate) fn embed(mut self, container: &[u8]) -> Result<Vec<u8>, SignError> {
        fill(&mut self.bytes, &self.hole, container)?;
        Ok(self.bytes)
    }
}

/// Writes a container into the hole of a file, zeros behind it.
pub(crate) fn fill(bytes: &mut [u8], hole: &Range<usize>, container: &[u8]) -> Result<(), SignError> {
    let room = hole.len().saturating_sub(2) / 2;
    if container.len() > room {
        return Err(SignError::TooLarge { bytes: container.len(), room });
    }
    let inside = bytes.get_mut(hole.start + 1..hole.end - 1).ok_or(SignError::NotRendered)?;
    inside.fill(b'0');
    hex::encode_to_slice(container, inside.get_mut(..2 * container.len()).ok_or(SignError::NotRendered)?)
        .map_err(|_| SignError::NotRendered)
}
