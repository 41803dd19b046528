//! The form of an encrypted file: `header ‖ chunks`.
//!
//! Header: magic (4) ‖ wrap nonce (24) ‖ the file's own key, wrapped (48) ‖ stream prefix (19). Chunks of 64 KiB are
//! sealed with XChaCha20-Poly1305 in the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the nonce is
//! prefix ‖ chunk number (big-endian) ‖ 1 on the last chunk, so that chunks can't be dropped, swapped or appended.
//! The whole header is associated data of every chunk.

use std::ops::Range;

use chacha20poly1305::aead::{Aead, AeadInOut, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::error::StoreError;

const MAGIC: &[u8; 4] = b"MPB1";
const WRAP_NONCE: usize = 24;
const WRAPPED_KEY: usize = 48;
const PREFIX: usize = 19;
pub(super) const HEADER: usize = MAGIC.len() + WRAP_NONCE + WRAPPED_KEY + PREFIX;
const TAG: usize = 16;
pub(super) const CHUNK: usize = 64 * 1024;
const SEALED_CHUNK: usize = CHUNK + TAG;

/// The bytes aren't what was sealed, or this key isn't the one that sealed them.
#[derive(Debug)]
pub(super) struct Damaged;

pub(super) fn seal(blobs_key: &[u8; 32], plain: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut file_key = Zeroizing::new([0_u8; 32]);
    let mut wrap_nonce = [0_u8; WRAP_NONCE];
    let mut prefix = [0_u8; PREFIX];
    for random in [file_key.as_mut_slice(), &mut wrap_nonce, &mut prefix] {
        getrandom::fill(random).map_err(|_| StoreError::NoRandomness)?;
    }
    // Encryption fails only beyond the cipher's 256 GiB.
    let too_long = |_| StoreError::Damaged("blob");
    let wrapped = XChaCha20Poly1305::new(blobs_key.into())
        .encrypt(&XNonce::from(wrap_nonce), Payload { msg: file_key.as_slice(), aad: MAGIC })
        .map_err(too_long)?;

    let chunk_count = chunks(plain.len());
    let mut sealed = Vec::with_capacity(HEADER + plain.len() + chunk_count * TAG);
    sealed.extend_from_slice(MAGIC);
    sealed.extend_from_slice(&wrap_nonce);
    sealed.extend_from_slice(&wrapped);
    sealed.extend_from_slice(&prefix);
    let header: Vec<u8> = sealed.clone();

    let cipher = XChaCha20Poly1305::new((&*file_key).into());
    for index in 0..chunk_count {
        let from = index * CHUNK;
        let msg = plain.get(from..plain.len().min(from + CHUNK)).unwrap_or_default();
        let nonce = chunk_nonce(&prefix, index, index + 1 == chunk_count)?;
        let chunk = cipher.encrypt(&nonce, Payload { msg, aad: &header }).map_err(too_long)?;
        sealed.extend_from_slice(&chunk);
    }
    Ok(sealed)
}

pub(super) fn unseal(blobs_key: &[u8; 32], sealed: &[u8]) -> Result<Vec<u8>, Damaged> {
    let (header, body) = sealed.split_first_chunk().ok_or(Damaged)?;
    let opener = Opener::new(blobs_key, header, body.len())?;
    let mut plain = Vec::with_capacity(opener.plain_bytes());
    opener.open(0, body, &mut plain)?;
    Ok(plain)
}

/// What a file's header says: enough to open any of its chunks.
pub(super) struct Opener {
    header: [u8; HEADER],
    prefix: [u8; PREFIX],
    cipher: XChaCha20Poly1305,
    chunk_count: usize,
    body_bytes: usize,
}

impl Opener {
    /// `body_bytes` is the length of the file behind its header.
    pub fn new(blobs_key: &[u8; 32], header: &[u8; HEADER], body_bytes: usize) -> Result<Self, Damaged> {
        let (magic, rest) = header.split_at(MAGIC.len());
        let (wrap_nonce, rest) = rest.split_at(WRAP_NONCE);
        let (wrapped, prefix) = rest.split_at(WRAPPED_KEY);
        let wrap_nonce: [u8; WRAP_NONCE] = wrap_nonce.try_into().map_err(|_| Damaged)?;
        let prefix: [u8; PREFIX] = prefix.try_into().map_err(|_| Damaged)?;
        let file_key = Zeroizing::new(
            XChaCha20Poly1305::new(blobs_key.into())
                .decrypt(&XNonce::from(wrap_nonce), Payload { msg: wrapped, aad: magic })
                .map_err(|_| Damaged)?,
        );
        let cipher = XChaCha20Poly1305::new_from_slice(&file_key).map_err(|_| Damaged)?;
        let chunk_count = body_bytes.div_ceil(SEALED_CHUNK);
        if chunk_count == 0 || body_bytes < chunk_count * TAG {
            return Err(Damaged);
        }
        Ok(Self { header: *header, prefix, cipher, chunk_count, body_bytes })
    }

    pub fn plain_bytes(&self) -> usize {
        self.body_bytes - self.chunk_count * TAG
    }

    /// The chunks that hold these bytes of the content, and where in the body they lie.
    pub fn covering(&self, plain: &Range<usize>) -> (usize, Range<usize>) {
        let first = plain.start / CHUNK;
        (first, first * SEALED_CHUNK..(plain.end.div_ceil(CHUNK) * SEALED_CHUNK).min(self.body_bytes))
    }

    /// Opens whole chunks from the `first` on, behind what is in `plain` already.
    pub fn open(&self, first: usize, sealed: &[u8], plain: &mut Vec<u8>) -> Result<(), Damaged> {
        for (index, chunk) in (first..).zip(sealed.chunks(SEALED_CHUNK)) {
            let nonce =
                chunk_nonce(&self.prefix, index, index + 1 == self.chunk_count).map_err(|_| Damaged)?;
            let (content, tag) = chunk.split_last_chunk::<TAG>().ok_or(Damaged)?;
            let from = plain.len();
            plain.extend_from_slice(content);
            self.cipher
                .decrypt_inout_detached(&nonce, &self.header, (&mut plain[from..]).into(), tag.into())
                .map_err(|_| Damaged)?;
        }
        Ok(())
    }
}

/// An empty file has one empty chunk.
fn chunks(plain_bytes: usize) -> usize {
    plain_bytes.div_ceil(CHUNK).max(1)
}

fn chunk_nonce(prefix: &[u8; PREFIX], index: usize, last: bool) -> Result<XNonce, StoreError> {
    let index = u32::try_from(index).map_err(|_| StoreError::Damaged("blob"))?;
    let mut nonce = [0_u8; 24];
    nonce[..PREFIX].copy_from_slice(prefix);
    nonce[PREFIX..PREFIX + 4].copy_from_slice(&index.to_be_bytes());
    nonce[23] = u8::from(last);
    Ok(XNonce::from(nonce))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn comes_back_at_every_chunk_boundary() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5] {
            let plain: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            let sealed = seal(&KEY, &plain).unwrap();
            assert_eq!(unseal(&KEY, &sealed).unwrap(), plain, "{length} bytes");
        }
    }

    #[test]
    fn a_changed_byte_anywhere_is_noticed() {
        let plain = vec![1_u8; CHUNK + 100];
        let sealed = seal(&KEY, &plain).unwrap();
        for position in (0..sealed.len()).step_by(997).chain(0..HEADER) {
            let mut broken = sealed.clone();
            broken[position] ^= 1;
            assert!(unseal(&KEY, &broken).is_err(), "byte {position}");
        }
    }

    #[test]
    fn cut_swapped_and_appended_chunks_are_noticed() {
        let plain: Vec<u8> = (0..3 * CHUNK).map(|n| (n / CHUNK) as u8).collect();
        let sealed = seal(&KEY, &plain).unwrap();
        assert!(unseal(&KEY, &sealed[..HEADER + 2 * SEALED_CHUNK]).is_err(), "cut at a chunk");
        assert!(unseal(&KEY, &sealed[..sealed.len() - 1]).is_err(), "cut in a chunk");
        assert!(unseal(&KEY, &sealed[..HEADER]).is_err(), "header only");
        let mut swapped = sealed[..HEADER].to_vec();
        swapped.extend_from_slice(&sealed[HEADER + SEALED_CHUNK..HEADER + 2 * SEALED_CHUNK]);
        swapped.extend_from_slice(&sealed[HEADER..HEADER + SEALED_CHUNK]);
        swapped.extend_from_slice(&sealed[HEADER + 2 * SEALED_CHUNK..]);
        assert!(unseal(&KEY, &swapped).is_err(), "swapped");
        let mut longer = sealed.clone();
        longer.extend_from_slice(&sealed[HEADER + 2 * SEALED_CHUNK..]);
        assert!(unseal(&KEY, &longer).is_err(), "appended");
    }

    #[test]
    fn another_key_opens_nothing() {
        let sealed = seal(&KEY, b"photo").unwrap();
        assert!(unseal(&[8; 32], &sealed).is_err());
    }
}
