//! The checksum that a chunk was announced with.

use sha2::Digest;

/// A checksum that a chunk must have.
pub enum Checksum {
    Sha1(Vec<u8>),
    Sha256(Vec<u8>),
}

/// A checksum being computed.
pub(super) enum Check {
    Sha1(sha1::Sha1, Vec<u8>),
    Sha256(sha2::Sha256, Vec<u8>),
}

impl Check {
    pub fn new(checksum: Checksum) -> Self {
        match checksum {
            Checksum::Sha1(wanted) => Self::Sha1(sha1::Sha1::new(), wanted),
            Checksum::Sha256(wanted) => Self::Sha256(sha2::Sha256::new(), wanted),
        }
    }

    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(hasher, _) => hasher.update(bytes),
            Self::Sha256(hasher, _) => hasher.update(bytes),
        }
    }

    pub fn matches(self) -> bool {
        match self {
            Self::Sha1(hasher, wanted) => hasher.finalize().as_slice() == wanted,
            Self::Sha256(hasher, wanted) => hasher.finalize().as_slice() == wanted,
        }
    }
}
