//! Small private files: read whole, written as temp → fsync → rename → fsync folder, guarded by one lock file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::VaultError;

/// No file of the vault comes near this: a larger one is not ours.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;

/// Where things are in a profile folder.
#[derive(Debug, Clone)]
pub(crate) struct ProfilePaths {
    profile: PathBuf,
}

impl ProfilePaths {
    pub fn new(profile: &Path) -> Self {
        Self { profile: profile.to_owned() }
    }

    pub fn vault_dir(&self) -> PathBuf {
        self.profile.join("vault")
    }

    pub fn installation(&self) -> PathBuf {
        self.vault_dir().join("installation.json")
    }

    pub fn vault_file(&self) -> PathBuf {
        self.vault_dir().join("vault.bin")
    }

    pub fn certificate(&self) -> PathBuf {
        self.vault_dir().join("device-certificate.pem")
    }

    pub fn accounts_dir(&self) -> PathBuf {
        self.profile.join("accounts")
    }

    pub fn account_keys(&self, local_id: &str) -> PathBuf {
        self.accounts_dir().join(local_id).join("keys.json")
    }

    pub fn pin_attempts(&self, local_id: &str) -> PathBuf {
        self.accounts_dir().join(local_id).join("pin-attempts.json")
    }

    /// Waits for the other process or thread that is changing the vault's files; holders are bounded by the
    /// keyring's time limit and one key derivation.
    pub fn lock(&self) -> Result<FileLock, VaultError> {
        let file = private_options().create(true).truncate(false).open(self.vault_dir().join("lock"))?;
        file.lock()?;
        Ok(FileLock { _file: file })
    }
}

/// Held while files of the vault are read and changed together; released when dropped.
pub(crate) struct FileLock {
    _file: File,
}

/// Creates the folder and its parents, readable by the owner only where the system knows owners.
pub(crate) fn create_private_dir(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The file's content, or `None` when there is no such file. Any other failure is an error: an unreadable
/// file must never be taken for a missing one.
pub(crate) fn read_optional(path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut content = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut content)?;
    if content.len() as u64 > MAX_FILE_BYTES {
        return Err(io::Error::from(io::ErrorKind::FileTooLarge).into());
    }
    Ok(Some(content))
}

/// Replaces the file so that after a crash or power loss either the old or the new content is there.
/// The caller holds the [`FileLock`], hence the fixed temporary name.
pub(crate) fn write_atomic(path: &Path, content: &[u8]) -> Result<(), VaultError> {
    let folder = path.parent().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    create_private_dir(folder)?;
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".tmp");
    let mut file = private_options().create(true).truncate(true).open(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, path)?;
    sync_dir(folder)?;
    Ok(())
}

/// Removes the file if it is there.
pub(crate) fn remove(path: &Path) -> Result<(), VaultError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A rename is durable only when its folder is; Windows has no such call and needs none.
fn sync_dir(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
