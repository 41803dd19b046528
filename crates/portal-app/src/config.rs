//! Where a portal keeps its things and whom it talks to.

use std::path::PathBuf;
use std::sync::Arc;

use portal_vault::KdfCost;

use crate::clock::{Clock, system_clock};
use crate::profile::stored_settings;
use crate::view::Language;

/// How to open a portal.
#[derive(Clone)]
pub struct Config {
    pub profile_dir: PathBuf,
    /// The backend's base address, without a trailing slash.
    pub backend: Option<String>,
    /// Opens the passphrase vault without asking, for scripts.
    pub vault_passphrase: Option<zeroize::Zeroizing<String>>,
    /// Whether an unlocked account sends by itself; the CLI sends when it is told to.
    pub background: bool,
    pub clock: Clock,
    /// Of what a passphrase or a PIN that is set from now on protects.
    pub kdf_cost: KdfCost,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    #[error("there is no folder for this user's data: name one with --profile-dir")]
    NoDataFolder,
    #[error("--backend: not an http:// or https:// address")]
    BadBackend,
    #[error("--backend: http:// is only allowed to this computer; use https://")]
    InsecureBackend,
}

impl Config {
    /// The configuration for a profile folder (by default the user's data folder) and a backend.
    ///
    /// # Errors
    /// [`ConfigError`], naming the option.
    pub fn new(profile_dir: Option<PathBuf>, backend: Option<&str>) -> Result<Self, ConfigError> {
        let profile_dir = match profile_dir {
            Some(dir) => dir,
            None => directories::ProjectDirs::from("cn", "zhanggui", "portal")
                .ok_or(ConfigError::NoDataFolder)?
                .data_dir()
                .to_owned(),
        };
        let backend = backend.map(check_backend).transpose()?;
        Ok(Self {
            profile_dir,
            backend,
            vault_passphrase: None,
            background: true,
            clock: Arc::new(system_clock),
            kdf_cost: KdfCost::STANDARD,
        })
    }

    /// The language set in this profile, before it is opened; absent when nobody set anything.
    pub fn language(&self) -> Option<Language> {
        stored_settings(&self.profile_dir).map(|settings| settings.language)
    }
}

/// Identity cards don't travel in clear: plain HTTP is for this computer only.
fn check_backend(address: &str) -> Result<String, ConfigError> {
    let address = address.trim().trim_end_matches('/');
    if let Some(rest) = address.strip_prefix("https://") {
        return if rest.is_empty() { Err(ConfigError::BadBackend) } else { Ok(address.to_owned()) };
    }
    let host = address.strip_prefix("http://").ok_or(ConfigError::BadBackend)?;
    let host = host.split('/').next().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _port)| name),
    };
    match name {
        "" => Err(ConfigError::BadBackend),
        "localhost" | "::1" => Ok(address.to_owned()),
        other if other.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback()) => {
            Ok(address.to_owned())
        }
        _ => Err(ConfigError::InsecureBackend),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_reaches_this_computer_only() {
        for good in
            ["https://portal.example/", "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:9"]
        {
            assert!(check_backend(good).is_ok(), "{good}");
        }
        assert_eq!(check_backend("http://portal.example"), Err(ConfigError::InsecureBackend));
        assert_eq!(check_backend("http://127.0.0.1.portal.example"), Err(ConfigError::InsecureBackend));
        for bad in ["", "portal.example", "ftp://x", "https://", "http://"] {
            assert_eq!(check_backend(bad), Err(ConfigError::BadBackend), "{bad}");
        }
    }
}
