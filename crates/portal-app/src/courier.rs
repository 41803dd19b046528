//! Courier packages: how work gets to the backend from a computer without a network, and the receipts back.

use std::path::Path;
use std::sync::Arc;

use portal_protocol::courier::{CourierReceipts, Outcome};
use portal_protocol::error::ErrorCode;
use portal_sync::courier::{CourierError, EncryptionKey, Exporter, import_receipts};
use portal_sync::{DeviceSigner, ReceiptKeys, SyncError};

use crate::App;
use crate::case::count;
use crate::error::{CommandCode, CommandError};
use crate::failure::is_full;
use crate::session::audit;
use crate::view::{Changed, CourierExportView, CourierImportView, CourierReceiptsView};

/// Largest receipts file that is read, in bytes: a full package's are far smaller.
const MAX_RECEIPTS_BYTES: u64 = 64 << 20;

/// Whose work it is has just shown to be there: good for one export of that account's work. There is no other way to one
/// than [`App::courier_permit`].
pub struct CourierPermit {
    local_id: String,
}

impl App {
    /// The PIN again, before work leaves this computer.
    ///
    /// # Errors
    /// `wrong_pin`, `pin_delayed`.
    pub async fn courier_permit(&self, pin: String) -> Result<CourierPermit, CommandError> {
        let account = self.account().await?;
        self.prove_again(&account, pin).await?;
        Ok(CourierPermit { local_id: account.local_id.clone() })
    }

    /// Writes what waits in the outbox into a package at `path`, with no network. It stays in the outbox until its
    /// receipts are here, and is sent over the network too if there is one before: it is received once.
    ///
    /// # Errors
    /// `locked` when somebody else has the computer by now, `nothing_to_export`, `no_courier_key` before the account was ever online, `file_unusable`, `disk_full`.
    pub async fn courier_export(
        &self,
        path: &Path,
        permit: CourierPermit,
    ) -> Result<CourierExportView, CommandError> {
        self.writable()?;
        let account = self.account().await?;
        if account.local_id != permit.local_id {
            return Err(CommandError::new(CommandCode::Locked));
        }
        let account_id = account.account_id().ok_or(CommandError::new(CommandCode::SignInNeeded))?;
        let signer: Arc<dyn DeviceSigner> = Arc::new(self.credentials(&account.local_id)?);
        let key = EncryptionKey::stored(&account.store, &self.receipt_keys()?).await?;
        let exporter = Exporter { store: &account.store, signer: &signer, account_id, key };
        let exported = exporter.export(path, self.now()).await?;
        audit(&account, "courier.exported", None, self.now()).await;
        self.changed(Changed::Outbox);
        Ok(CourierExportView {
            package_id: exported.package_id.to_string(),
            operations: exported.operations,
            photos: exported.photos,
            content_bytes: exported.content_bytes,
            left: exported.left,
        })
    }

    /// Hands a package of whichever computer to the backend and writes the receipts for that computer.
    ///
    /// # Errors
    /// `package_altered` naming the file inside, `not_a_package`, `refused`, `file_unusable`; being offline.
    pub async fn courier_import(
        &self,
        package: &Path,
        receipts: &Path,
    ) -> Result<CourierImportView, CommandError> {
        let account = self.account().await?;
        let pump = account.pump().ok_or(CommandError::new(CommandCode::SignInNeeded))?;
        let envelope = pump.account().relay_package(package).await.map_err(refused_package)?;
        // Its receipts are worth carrying only if the computer will believe them.
        let said: CourierReceipts = self
            .receipt_keys()?
            .open(&envelope)
            .map_err(|cause| CommandError::from(SyncError::from(cause)))?;
        let received =
            said.outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Received { .. })).count();
        let text =
            serde_json::to_vec_pretty(&envelope).map_err(|_| CommandError::new(CommandCode::Internal))?;
        tokio::fs::write(receipts, text).await.map_err(unusable)?;
        Ok(CourierImportView {
            package_id: said.package_id.to_string(),
            received: count(received as u64),
            refused: count((said.outcomes.len() - received) as u64),
        })
    }

    /// Takes over the receipts of a package that this account exported. Doing it again changes nothing.
    ///
    /// # Errors
    /// `not_receipts`, `receipts_of_another`, `file_unusable`.
    pub async fn courier_receipts(&self, path: &Path) -> Result<CourierReceiptsView, CommandError> {
        self.writable()?;
        let account = self.account().await?;
        let account_id = account.account_id().ok_or(CommandError::new(CommandCode::SignInNeeded))?;
        let size_bytes = tokio::fs::metadata(path).await.map_err(unusable)?.len();
        if size_bytes > MAX_RECEIPTS_BYTES {
            return Err(CommandError::new(CommandCode::NotReceipts));
        }
        let file = tokio::fs::read(path).await.map_err(unusable)?;
        let imported =
            import_receipts(&account.store, &self.receipt_keys()?, account_id, &file, self.now()).await?;
        self.retire_photos(&account.store).await?;
        self.changed(Changed::Outbox);
        for case_id in imported.changed {
            self.changed(Changed::Case { case_id });
        }
        Ok(CourierReceiptsView {
            received: imported.received,
            known: imported.known,
            refused: imported.refused,
            waiting: imported.waiting,
        })
    }

    /// The keys that this computer was enrolled with.
    fn receipt_keys(&self) -> Result<ReceiptKeys, CommandError> {
        let enrolment = self.enrolment()?.ok_or(CommandError::new(CommandCode::NotEnrolled))?;
        Ok(ReceiptKeys::new(&enrolment.receipt_keys)?)
    }
}

/// What the backend has against a package, in words for the person who brings it.
fn refused_package(error: SyncError) -> CommandError {
    let SyncError::Refused(refusal) = &error else { return error.into() };
    let code = match refusal.code {
        Some(ErrorCode::DigestMismatch | ErrorCode::BadSignature) => CommandCode::PackageAltered,
        Some(ErrorCode::MalformedRequest) => CommandCode::NotAPackage,
        // Who made it, not who brings it.
        Some(ErrorCode::Forbidden) if refusal.fields.iter().any(|field| field.code == "disabled") => {
            return CommandError::new(CommandCode::AccountDisabled);
        }
        _ => return error.into(),
    };
    let inside =
        refusal.fields.first().map_or("manifest.json", |field| field.pointer.trim_start_matches('/'));
    CommandError::new(code).field("/file", inside)
}

fn unusable(error: std::io::Error) -> CommandError {
    let code = if is_full(&error) { CommandCode::DiskFull } else { CommandCode::FileUnusable };
    CommandError::new(code)
}

impl From<CourierError> for CommandError {
    fn from(error: CourierError) -> Self {
        match error {
            CourierError::Nothing => Self::new(CommandCode::NothingToExport),
            CourierError::NoKey => Self::new(CommandCode::NoCourierKey),
            CourierError::NotReceipts => Self::new(CommandCode::NotReceipts),
            CourierError::OtherAccount => Self::new(CommandCode::ReceiptsOfAnother),
            CourierError::File(cause) => unusable(cause),
            CourierError::Sync(cause) => cause.into(),
        }
    }
}
