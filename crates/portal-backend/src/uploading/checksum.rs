//! The checksum that a chunk was announced with.

use sha2::Digest;

/// A checksum that a chunk must have.
pub enum Checksum {
    /// The CRC of ISO-HDLC, as in Ethernet, PNG and gzip.
    Crc32([u8; 4]),
    Sha1(Vec<u8>),
    Sha256(Vec<u8>),
}

/// A checksum being computed.
pub(super) enum Check {
    Crc32(crc32fast::Hasher, [u8; 4]),
    Sha1(sha1::Sha1, Vec<u8>),
    Sha256(sha2::Sha256, Vec<u8>),
    /// SHA-256 of an upload's first chunk: the hash of the upload so far, which is computed anyway.
    Running(Vec<u8>),
}

impl Check {
    pub fn new(checksum: Checksum, offset: u64) -> Self {
        match checksum {
            Checksum::Crc32(wanted) => Self::Crc32(crc32fast::Hasher::new(), wanted),
            Checksum::Sha256(wanted) if offset == 0 => Self::Running(wanted),
            Checksum::Sha1(wanted) => Self::Sha1(sha1::Sha1::new(), wanted),
            Checksum::Sha256(wanted) => Self::Sha256(sha2::Sha256::new(), wanted),
        }
    }

    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Crc32(hasher, _) => hasher.update(bytes),
            Self::Sha1(hasher, _) => hasher.update(bytes),
            Self::Sha256(hasher, _) => hasher.update(bytes),
            Self::Running(_) => {}
        }
    }

    /// `running` is the hash of all bytes of the upload.
    pub fn matches(self, running: Option<&sha2::Sha256>) -> bool {
        match self {
            Self::Crc32(hasher, wanted) => hasher.finalize().to_be_bytes() == wanted,
            Self::Sha1(hasher, wanted) => hasher.finalize().as_slice() == wanted,
            Self::Sha256(hasher, wanted) => hasher.finalize().as_slice() == wanted,
            Self::Running(wanted) => {
                running.is_some_and(|hasher| hasher.clone().finalize().as_slice() == wanted)
            }
        }
    }
}
