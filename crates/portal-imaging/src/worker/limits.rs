//! What the worker may take from the machine.

/// Address space of the photo worker, in bytes, where the system can limit it (Linux and other Unix systems).
pub const ADDRESS_SPACE_BYTES: u64 = 300_000_000;
/// Processor time of the worker, in seconds: ends one whose portal died and left it computing.
const PROCESSOR_S: u64 = 60;
/// Open files of the worker: its three streams, and a few that the system opens for it.
const FILES: u64 = 16;

/// Limits this process for the rest of its life: an allocation beyond `address_space_bytes` ends it, files can't be
/// written, and no core file shows a picture.
///
/// # Errors
/// When the system refuses. On Windows nothing is limited: the limits checked before decoding must do.
pub fn limit_self(address_space_bytes: u64) -> std::io::Result<()> {
    #[cfg(not(unix))]
    let _unlimited = address_space_bytes;
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        for (resource, most) in [
            (Resource::As, address_space_bytes),
            (Resource::Cpu, PROCESSOR_S),
            (Resource::Nofile, FILES),
            (Resource::Fsize, 0),
            (Resource::Core, 0),
        ] {
            setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
        }
    }
    Ok(())
}
