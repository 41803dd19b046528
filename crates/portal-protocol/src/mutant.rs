//! Broken designs, one for each rule that keeps an operation from being lost or doubled. A test switches one on and
//! must see it caught: a check that can't fail proves nothing.
//!
//! The feature `mutants` is on in builds with tests only; without it no design is broken, and neither the variable's
//! name nor any design's is in the program.

/// A rule of the protocol, broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mutant {
    /// The backend promises bytes that are in the page cache only.
    NoFsync,
    /// The backend takes a photo's hash from its name and never from its bytes.
    NoHashCheck,
    /// The backend works on a commit anew each time it comes.
    NoIdempotency,
    /// The backend gives the receipt before it has the photos.
    AcceptBeforeBlobs,
    /// The portal drops a photo once it is uploaded, before the receipt.
    DeleteOnUpload,
    /// The backend compares revisions before it looks whether it knows the operation.
    IfMatchFirst,
    /// The backend compares no revisions.
    LastWriteWins,
}

impl Mutant {
    pub const ALL: [Self; 7] = [
        Self::NoFsync,
        Self::NoHashCheck,
        Self::NoIdempotency,
        Self::AcceptBeforeBlobs,
        Self::DeleteOnUpload,
        Self::IfMatchFirst,
        Self::LastWriteWins,
    ];

    /// The variable that switches a mutant on, for a whole process and those it starts.
    pub const VARIABLE: &str = "PORTAL_MUTANT";

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoFsync => "no_fsync",
            Self::NoHashCheck => "no_hash_check",
            Self::NoIdempotency => "no_idempotency",
            Self::AcceptBeforeBlobs => "accept_before_blobs",
            Self::DeleteOnUpload => "delete_on_upload",
            Self::IfMatchFirst => "if_match_first",
            Self::LastWriteWins => "last_write_wins",
        }
    }

    /// The mutant that is switched on in this process.
    #[cfg(feature = "mutants")]
    pub fn active() -> Option<Self> {
        static ACTIVE: std::sync::OnceLock<Option<Mutant>> = std::sync::OnceLock::new();
        *ACTIVE.get_or_init(|| {
            let name = std::env::var(Self::VARIABLE).ok()?;
            Self::ALL.into_iter().find(|mutant| mutant.as_str() == name)
        })
    }

    /// The mutant that is switched on in this process: there is none.
    #[cfg(not(feature = "mutants"))]
    pub const fn active() -> Option<Self> {
        None
    }

    /// Whether this rule is broken now.
    #[inline]
    pub fn is_on(self) -> bool {
        Self::active() == Some(self)
    }
}
