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

    pub(crate) fn settings(&self) -> Settings {
        stored_settings(&self.root).unwrap_or_default()
    }

    pub(crate) fn write_settings(&self, settings: &Settings) -> io::Result<()> {
        self.write(SETTINGS_FILE, settings)
    }

    /// The device record, made at first use.
    pub(crate) fn device(&self) -> io::Result<DeviceRecord> {
        if let Some(record) = self.read("device.json") {
            return Ok(record);
        }
        let record = DeviceRecord::new();
        if !self.is_read_only() {
            self.write("device.json", &record)?;
        }
        Ok(record)
    }

    pub(crate) fn write_device(&self, record: &DeviceRecord) -> io::Result<()> {
        self.write("device.json", record)
    }

    pub(crate) fn account(&self, local_id: &str) -> Option<AccountRecord> {
        self.read(&account_file(local_id))
    }

    pub(crate) fn write_account(&self, local_id: &str, record: &AccountRecord) -> io::Result<()> {
        self.write(&account_file(local_id), record)
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        read(&self.root, name)
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
    read(root, SETTINGS_FILE)
}

fn read<T: DeserializeOwned>(root: &Path, name: &str) -> Option<T> {
    let bytes = fs::read(root.join(name)).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn account_file(local_id: &str) -> String {
    format!("accounts/{local_id}/account.json")
}
