//! What the worker may take from the machine.

/// Address space of the worker, in bytes, where the system can limit it (Linux and other Unix systems).
pub const ADDRESS_SPACE_BYTES: u64 = 300_000_000;

/// Caps this process's own memory; an allocation beyond it ends the process.
///
/// # Errors
/// When the system refuses. On Windows nothing is capped: the limits checked before decoding must do.
pub fn cap_memory() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let limit = Some(ADDRESS_SPACE_BYTES);
        setrlimit(Resource::As, Rlimit { current: limit, maximum: limit })?;
    }
    Ok(())
}
