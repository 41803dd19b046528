//! The self-check: everything that the portal needs, each with what to do when it isn't there.

use portal_store::AuditCheck;
use portal_vault::VaultStatus;

use crate::App;
use crate::error::CommandError;
use crate::view::{CheckId, CheckResult, CheckView, Finding};

/// Below this much free space new photos are at risk, in bytes.
const DISK_LOW_BYTES: u64 = 500_000_000;
/// Certificates and one-time codes go wrong beyond this, in milliseconds.
const CLOCK_OFF_MS: i64 = 5 * 60 * 1000;

impl App {
    pub async fn app_selfcheck(&self) -> Result<Vec<CheckView>, CommandError> {
        let backend = self.check_backend().await;
        Ok(vec![
            self.check_vault(),
            self.check_database().await,
            self.check_audit().await,
            self.check_disk(),
            self.check_worker(),
            self.check_reader(),
            self.check_clock(backend.result),
            backend,
        ])
    }

    fn check_vault(&self) -> CheckView {
        let (result, finding) = match self.vault().status() {
            VaultStatus::KeyringReady => (CheckResult::Ok, Finding::Fine),
            VaultStatus::PassphraseReady => (CheckResult::Ok, Finding::PassphraseVault),
            VaultStatus::KeyringLocked => (CheckResult::Failed, Finding::KeyringLocked),
            VaultStatus::KeyringAbsent => (CheckResult::Failed, Finding::KeyringAbsent),
            VaultStatus::PassphraseNeeded => (CheckResult::Warning, Finding::PassphraseNeeded),
            VaultStatus::SecretsMissing => (CheckResult::Failed, Finding::SecretsMissing),
        };
        check(CheckId::Vault, result, finding)
    }

    async fn check_database(&self) -> CheckView {
        let Ok(account) = self.account().await else {
            return check(CheckId::Database, CheckResult::Unknown, Finding::NotSignedIn);
        };
        match account.store.integrity_check().await {
            Ok(()) => check(CheckId::Database, CheckResult::Ok, Finding::Fine),
            Err(error) => {
                tracing::error!(%error, "the database failed its check");
                check(CheckId::Database, CheckResult::Failed, Finding::Damaged)
            }
        }
    }

    async fn check_audit(&self) -> CheckView {
        let Ok(account) = self.account().await else {
            return check(CheckId::Audit, CheckResult::Unknown, Finding::NotSignedIn);
        };
        match account.store.audit_verify().await {
            Ok(AuditCheck::Intact { rows, .. }) => CheckView {
                figure: Some(rows.to_string()),
                ..check(CheckId::Audit, CheckResult::Ok, Finding::Fine)
            },
            Ok(AuditCheck::Tampered { id }) => {
                tracing::error!(id, "a row of the audit isn't what was written");
                CheckView {
                    figure: Some(id.to_string()),
                    ..check(CheckId::Audit, CheckResult::Failed, Finding::Tampered)
                }
            }
            Err(error) => {
                tracing::error!(%error, "the audit can't be read");
                check(CheckId::Audit, CheckResult::Failed, Finding::Damaged)
            }
        }
    }

    fn check_disk(&self) -> CheckView {
        match fs4::available_space(self.profile_dir().root()) {
            Ok(bytes) => {
                let low = bytes < DISK_LOW_BYTES;
                let (result, finding) = if low {
                    (CheckResult::Warning, Finding::DiskLow)
                } else {
                    (CheckResult::Ok, Finding::Fine)
                };
                CheckView { figure: Some(bytes.to_string()), ..check(CheckId::Disk, result, finding) }
            }
            Err(_) => check(CheckId::Disk, CheckResult::Unknown, Finding::Damaged),
        }
    }

    fn check_worker(&self) -> CheckView {
        match self.worker() {
            Some(_) => check(CheckId::PhotoWorker, CheckResult::Ok, Finding::Fine),
            None => check(CheckId::PhotoWorker, CheckResult::Failed, Finding::WorkerMissing),
        }
    }

    fn check_reader(&self) -> CheckView {
        match self.reader() {
            Some(reader) if reader.has_models() => check(CheckId::PageReader, CheckResult::Ok, Finding::Fine),
            Some(_) => check(CheckId::PageReader, CheckResult::Warning, Finding::ModelsMissing),
            None => check(CheckId::PageReader, CheckResult::Warning, Finding::WorkerMissing),
        }
    }

    /// The backend's clock is the judge; without it nothing can be said.
    fn check_clock(&self, backend: CheckResult) -> CheckView {
        let (Ok(client), CheckResult::Ok) = (self.client(), backend) else {
            return check(CheckId::Clock, CheckResult::Unknown, Finding::Unreachable);
        };
        let off_ms = client.server_offset_ms();
        let (result, finding) = if off_ms.abs() > CLOCK_OFF_MS {
            (CheckResult::Warning, Finding::ClockWrong)
        } else {
            (CheckResult::Ok, Finding::Fine)
        };
        CheckView { figure: Some((off_ms / 1000).to_string()), ..check(CheckId::Clock, result, finding) }
    }

    async fn check_backend(&self) -> CheckView {
        let Ok(client) = self.client() else {
            return check(CheckId::Backend, CheckResult::Unknown, Finding::NotConfigured);
        };
        match client.health().await {
            Ok(()) => check(CheckId::Backend, CheckResult::Ok, Finding::Fine),
            Err(portal_sync::SyncError::Transport(portal_sync::Transport::CaptivePortal)) => {
                check(CheckId::Backend, CheckResult::Failed, Finding::NotTheBackend)
            }
            Err(_) => check(CheckId::Backend, CheckResult::Warning, Finding::Unreachable),
        }
    }
}

fn check(check: CheckId, result: CheckResult, finding: Finding) -> CheckView {
    CheckView { check, result, finding, figure: None }
}
