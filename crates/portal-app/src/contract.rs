//! Contracts: the ceremony and its end, and verification, which needs neither a profile folder nor an account.

mod annexes;
mod ceremony;
mod confirming;
mod handing_over;
mod on_paper;
mod print_copy;
mod signing;

use jiff::Timestamp;
use portal_contract::bundle::{Bundle, BundleReport};
use portal_contract::pki::certificates_from_pem;
use portal_contract::verifying::{Report, Trust, verify};

pub(crate) use self::handing_over::way_of;
use crate::App;
use crate::clock::system_clock;
use crate::error::{CommandCode, CommandError};

/// Largest file that is read for verification.
pub const MAX_CONTRACT_FILE_BYTES: u64 = 32 * 1024 * 1024;

/// Verifies a signed contract against PEM files with root certificates: of the acquirer, and of independent time
/// authorities. Blocks while it computes.
///
/// # Errors
/// `invalid_argument` naming `/roots` or `/time_roots` when one holds no certificate. A file that can't be trusted is
/// no error: the report says so.
pub fn contract_verify(
    pdf: &[u8],
    roots: &[Vec<u8>],
    time_roots: &[Vec<u8>],
) -> Result<Report, CommandError> {
    let trust = trust(roots, time_roots)?;
    Ok(verify(pdf, &trust, present()))
}

/// Verifies an exported bundle: the contract in it, and every record around it. Blocks while it computes.
///
/// # Errors
/// As [`contract_verify`]; `invalid_argument` naming `/bundle` for a file that is none.
pub fn contract_verify_bundle(
    json: &[u8],
    roots: &[Vec<u8>],
    time_roots: &[Vec<u8>],
) -> Result<BundleReport, CommandError> {
    let trust = trust(roots, time_roots)?;
    let bundle: Bundle = serde_json::from_slice(json)
        .map_err(|_| CommandError::new(CommandCode::InvalidArgument).field("/bundle", "bad_format"))?;
    Ok(bundle.verify(&trust, present()))
}

fn present() -> Timestamp {
    Timestamp::from_millisecond(system_clock()).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn trust(roots: &[Vec<u8>], time_roots: &[Vec<u8>]) -> Result<Trust, CommandError> {
    let read = |files: &[Vec<u8>], field: &str| {
        let certificates = files.iter().map(|pem| certificates_from_pem(pem)).collect::<Result<Vec<_>, _>>();
        certificates
            .map(|all| all.concat())
            .map_err(|_| CommandError::new(CommandCode::InvalidArgument).field(field, "not_a_certificate"))
    };
    Ok(Trust { roots: read(roots, "/roots")?, time_roots: read(time_roots, "/time_roots")? })
}

impl App {
    /// Verifies a contract against the root of the acquirer that this computer is enrolled with.
    ///
    /// # Errors
    /// `no_signing_pass` when it isn't enrolled or was never online. A file that can't be trusted is no error: the report
    /// says so.
    pub async fn contract_check(&self, pdf: Vec<u8>) -> Result<Report, CommandError> {
        let account = self.account().await?;
        let pass = self.signing_pass(&account).await?;
        let now = self.timestamp();
        self.blocking(move || {
            Ok(verify(&pdf, &Trust { roots: vec![pass.root], time_roots: pass.time_roots }, now))
        })
        .await
    }
}
