//! Named points at which a test may kill the process (sync.md §6). The feature `fault-injection` is on in builds with
//! tests only; without it a point is nothing, and the variable's name isn't in the program.

/// A point of the code after which a crash is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Point {
    /// A blob's bytes are in the temporary file, and durable.
    BlobWritten,
    /// The blob has its name; its row is not written.
    BlobRenamed,
    CommitBeforeTx,
    CommitAfterTx,
    DeclareAfterTx,
    /// A chunk's bytes are durable; the offset is not.
    UploadChunkWritten,
}

impl Point {
    #[cfg(feature = "fault-injection")]
    fn name(self) -> &'static str {
        match self {
            Self::BlobWritten => "blob_written",
            Self::BlobRenamed => "blob_renamed",
            Self::CommitBeforeTx => "commit_before_tx",
            Self::CommitAfterTx => "commit_after_tx",
            Self::DeclareAfterTx => "declare_after_tx",
            Self::UploadChunkWritten => "upload_chunk_written",
        }
    }
}

/// Passes a point: aborts the process when `PORTAL_CRASH_AT=point:n` says so and this is the n-th passage.
#[cfg(feature = "fault-injection")]
pub fn pass(point: Point) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    static WANTED: OnceLock<Option<(String, u32)>> = OnceLock::new();
    static PASSED: AtomicU32 = AtomicU32::new(0);
    let wanted = WANTED.get_or_init(|| {
        let text = std::env::var("PORTAL_CRASH_AT").ok()?;
        let (name, count) = text.split_once(':')?;
        Some((name.to_owned(), count.parse().ok()?))
    });
    if let Some((name, count)) = wanted
        && name == point.name()
        && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *count
    {
        std::process::abort();
    }
}

/// Passes a point: nothing happens.
#[cfg(not(feature = "fault-injection"))]
pub fn pass(_point: Point) {}
