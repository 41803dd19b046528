//! `vault/installation.json`: what is known about this installation without any secret.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::files::{ProfilePaths, read_optional, write_atomic};
use crate::kdf::random;
use crate::{BackendKind, VaultError};

const FORMAT_VERSION: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Installation {
    version: u32,
    /// Separates two profile folders in one user's keyring.
    pub installation_id: Uuid,
    /// Set once secrets were stored: from then on, not finding them is a loss and never a fresh start.
    pub secrets: Option<SecretsRecord>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretsRecord {
    pub backend: BackendKind,
    /// One-way fingerprint of the device secret.
    pub identity: String,
}

impl Installation {
    /// The stored record, or a new one for a new profile. A damaged file is set aside: its keyring entries
    /// cannot be named any more, and accounts then come back by their recovery codes.
    pub fn load_or_create(paths: &ProfilePaths) -> Result<Self, VaultError> {
        let path = paths.installation();
        if let Some(content) = read_optional(&path)? {
            match serde_json::from_slice::<Self>(&content) {
                Ok(installation) if installation.version == FORMAT_VERSION => return Ok(installation),
                Ok(_) | Err(_) => {
                    tracing::warn!("installation record is damaged or of an unknown version: set aside");
                    std::fs::rename(&path, path.with_extension("damaged.json"))?;
                }
            }
        }
        let installation = Self {
            version: FORMAT_VERSION,
            installation_id: uuid::Builder::from_random_bytes(random()?).into_uuid(),
            secrets: None,
        };
        installation.save(paths)?;
        Ok(installation)
    }

    pub fn save(&self, paths: &ProfilePaths) -> Result<(), VaultError> {
        let content = serde_json::to_vec_pretty(self).map_err(std::io::Error::from)?;
        write_atomic(&paths.installation(), &content)
    }
}
