//! The profile folder: who may write to it, and the plain files in it that hold no personal data.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use portal_domain::ids::{AccountId, DeviceId};
use portal_protocol::receipt::ReceiptKey;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::view::{RoleView, Settings};

const SETTINGS_FILE: &str = "settings.json";
const DEVICE_FILE: &str = "device.json";

/// The folder of everything that one portal keeps.
pub(crate) struct ProfileDir {
    root: PathBuf,
    /// Held as long as the program runs; absent when another process holds it.
    writer: Option<File>,
}

/// This computer as the backend knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeviceRecord {
    pub device_id: DeviceId,
    /// Set once enrolled.
    #[serde(default)]
    pub enrolment: Option<Enrolment>,
}

impl DeviceRecord {
    /// A computer that no backend knows yet.
    pub(crate) fn new() -> Self {
        Self { device_id: DeviceId(uuid::Uuid::new_v4()), enrolment: None }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Enrolment {
    pub tenant: String,
    pub branch: Option<String>,
    pub receipt_keys: Vec<ReceiptKey>,
    /// The enrolment CA's certificate, PEM.
    pub ca: String,
}

/// An account on this computer, as far as the lock screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AccountRecord {
    pub account_id: AccountId,
    pub display: String,
    pub role: RoleView,
}

impl ProfileDir {
    /// Opens the folder, making it if there is none. The first process to open it may write until it ends.
    pub(crate) fn open(root: &Path) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(root.join("writer.lock"))?;
        let writer = match file.try_lock() {
            Ok(()) => Some(file),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Error(error)) => return Err(error),
        };
        Ok(Self { root: root.to_owned(), writer })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.writer.is_none()
    }

    /// What this computer sent today over a metered line.
    pub(crate) fn sent_today(&self) -> PathBuf {
        self.root.join("sent-today.json")
    }

    /// The store of one account.
    pub(crate) fn store_dir(&self, local_id: &str) -> PathBuf {
        self.root.join("accounts").join(local_id).join("store")
    }

    /// Moves what an account has, sealed as it is, out of the way; having nothing is fine.
    pub(crate) fn set_aside(&self, local_id: &str, now_ms: i64) -> io::Result<()> {
        let from = self.root.join("accounts").join(local_id);
        if !from.try_exists()? {
            return Ok(());
        }
        let folder = self.root.join("set-aside");
        fs::create_dir_all(&folder)?;
        fs::rename(from, folder.join(format!("{local_id}-{now_ms}")))?;
        #[cfg(unix)]
        for changed in [folder, self.root.join("accounts")] {
            File::open(changed)?.sync_all()?;
        }
        Ok(())
    }

    /// What a person set; the defaults where nothing is set or the file can't be read.
    pub(crate) fn settings(&self) -> Settings {
        stored_settings(&self.root).unwrap_or_default()
    }

    pub(crate) fn write_settings(&self, settings: &Settings) -> io::Result<()> {
        self.write(SETTINGS_FILE, settings)
    }

    /// The device record, made at first use. A damaged one is put aside: the computer has to be enrolled anew, and
    /// support may still read what it was.
    pub(crate) fn device(&self) -> io::Result<DeviceRecord> {
        match read(&self.root, DEVICE_FILE) {
            Ok(Some(record)) => return Ok(record),
            Ok(None) => {}
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                tracing::error!("{DEVICE_FILE} is damaged: this computer has to be enrolled anew");
                if !self.is_read_only() {
                    let path = self.root.join(DEVICE_FILE);
                    fs::rename(&path, path.with_extension("damaged"))?;
                }
            }
            Err(error) => return Err(error),
        }
        let record = DeviceRecord::new();
        if !self.is_read_only() {
            self.write(DEVICE_FILE, &record)?;
        }
        Ok(record)
    }

    pub(crate) fn write_device(&self, record: &DeviceRecord) -> io::Result<()> {
        self.write(DEVICE_FILE, record)
    }

    /// An account of this computer; absent until its first sign-in was finished. Of one whose file can't be read the
    /// lock screen shows the number, until the next sign-in writes it again: its work must stay within reach. Until
    /// then nobody signs a contract by it.
    pub(crate) fn account(&self, local_id: &str) -> Option<AccountRecord> {
        match read(&self.root, &account_file(local_id)) {
            Ok(record) => record,
            Err(error) => {
                tracing::error!(%error, "an account's record can't be read");
                let account_id = local_id.parse().ok()?;
                let display = local_id.chars().take(8).collect();
                Some(AccountRecord { account_id, display, role: RoleView::Agent })
            }
        }
    }

    pub(crate) fn write_account(&self, local_id: &str, record: &AccountRecord) -> io::Result<()> {
        self.write(&account_file(local_id), record)
    }

    /// Whole or not at all: temporary file, fsync, rename, fsync of the folder.
    fn write<T: Serialize>(&self, name: &str, value: &T) -> io::Result<()> {
        let path = self.root.join(name);
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)?;
        let temporary = path.with_extension("tmp");
        let mut file = File::create(&temporary)?;
        file.write_all(&serde_json::to_vec_pretty(value)?)?;
        file.sync_all()?;
        fs::rename(&temporary, &path)?;
        #[cfg(unix)]
        File::open(folder)?.sync_all()?;
        Ok(())
    }
}

/// What a person set in this profile, if anything.
pub(crate) fn stored_settings(root: &Path) -> Option<Settings> {
    read(root, SETTINGS_FILE).unwrap_or_else(|error| {
        tracing::warn!(%error, "{SETTINGS_FILE} can't be read");
        None
    })
}

/// What a file says, if there is one; [`io::ErrorKind::InvalidData`] when it says nothing that is understood.
fn read<T: DeserializeOwned>(root: &Path, name: &str) -> io::Result<Option<T>> {
    match fs::read(root.join(name)) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn account_file(local_id: &str) -> String {
    format!("accounts/{local_id}/account.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> (tempfile::TempDir, ProfileDir) {
        let folder = tempfile::tempdir().unwrap();
        let profile = ProfileDir::open(folder.path()).unwrap();
        (folder, profile)
    }

    #[test]
    fn a_damaged_device_record_is_put_aside_not_overwritten() {
        let (folder, profile) = profile();
        let first = profile.device().unwrap();
        fs::write(folder.path().join(DEVICE_FILE), "{\"device_id\": \"").unwrap();
        let second = profile.device().unwrap();
        assert_ne!(first.device_id, second.device_id);
        assert_eq!(second.enrolment, None);
        assert_eq!(profile.device().unwrap(), second);
        let kept = fs::read_to_string(folder.path().join("device.damaged")).unwrap();
        assert_eq!(kept, "{\"device_id\": \"");
    }

    #[test]
    fn an_account_whose_record_is_damaged_stays_on_the_lock_screen() {
        let (folder, profile) = profile();
        let local_id = uuid::Uuid::new_v4().to_string();
        assert_eq!(profile.account(&local_id), None);
        let record = AccountRecord {
            account_id: local_id.parse().unwrap(),
            display: "x".into(),
            role: RoleView::Agent,
        };
        profile.write_account(&local_id, &record).unwrap();
        assert_eq!(profile.account(&local_id), Some(record));
        fs::write(folder.path().join(account_file(&local_id)), "").unwrap();
        assert_eq!(profile.account(&local_id).unwrap().display, local_id[..8]);
    }

    #[test]
    fn damaged_settings_leave_the_defaults() {
        let (folder, profile) = profile();
        fs::write(folder.path().join(SETTINGS_FILE), "[]").unwrap();
        assert_eq!(profile.settings(), Settings::default());
    }
}
