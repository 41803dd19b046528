//! The issuer's signature: given to every contract that was received, with a time stamp at once or later.
//!
//! A contract is in effect from the countersignature on. Without a time stamp it says so, and the authorities are asked
//! again; a time is never made up.

use std::time::Duration;

use portal_contract::evidence::{Party, PartyRole, Record, Signed as SignedRecord, Tsa};
use portal_contract::pki::{KeySigner, Signer, certificate_sha256};
use portal_contract::signing::{
    SignError, StampingError, Statement, add_time_stamp, countersign, seal_signed_on_paper,
};
use portal_contract::stamping::{EmbeddedTimeAuthority, TimeAuthority, TimeStamp};
use portal_contract::verifying::{Trust, Verdict, verify};
use portal_contract::{Fonts, Rendered};
use portal_domain::ids::Sha256 as Hash;
use portal_domain::track::{StepMove, Track};
use portal_protocol::contract::SealedText;
use portal_protocol::event::Happened;
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;
use x509_cert::Certificate;

use crate::app::App;
use crate::clock;
use crate::config::TimeSettings;
use crate::contracting::{ContractError, MAX_FILE_BYTES, seal};
use crate::error::BackendError;
use crate::keys::ServerKeys;
use crate::office::Office;
use crate::paper_contracts;
use crate::problem::Chain;
use crate::random;
use crate::rules;
use crate::store::cases::{self, CaseRecord};
use crate::store::contracts::{self, ContractRecord, ContractState, Countersigned, Stamp};
use crate::store::{Conn, audit, blobs, events, retried};
use crate::time_authority::{HttpTimeAuthority, PATIENCE};

/// What the issuer's signature says.
const REASON: &str = "收单机构签署，本合同自此生效";
/// Who the audit trail says it was.
const ACTOR: &str = "issuer";
/// How often it is looked for those whose time has come, beside every change of the database.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// Before somebody who is at it is looked after again.
const SOON: Duration = Duration::from_millis(100);
/// So often database or bucket may be busy in one go; then what is due waits for the next look.
const BUSY_TIMES: u32 = 5;
const FIRST_RETRY_MS: i64 = 60_000;
const LONGEST_RETRY_MS: i64 = 6 * 3_600_000;

/// Whom the server asks for time stamps, and whom it believes.
pub struct TimeService {
    /// Whether they are asked over a network, and may let people wait.
    is_remote: bool,
    authorities: Vec<Box<dyn TimeAuthority>>,
    /// Roots of independent authorities.
    pub roots: Vec<Certificate>,
}

impl TimeService {
    /// The configured authorities in their order; the embedded one when none is.
    ///
    /// # Errors
    /// [`BackendError::Config`], [`BackendError::Pki`].
    pub fn new(settings: &TimeSettings, keys: &ServerKeys, office: &Office) -> Result<Self, BackendError> {
        let runtime = Handle::current();
        let mut authorities: Vec<Box<dyn TimeAuthority>> = Vec::new();
        for url in &settings.time_authority {
            authorities.push(Box::new(HttpTimeAuthority::new(url, PATIENCE, runtime.clone())?));
        }
        let is_remote = !authorities.is_empty();
        if !is_remote {
            let signer = keys.time_authority(office.now_ms())?;
            let now = office.clock.clone();
            authorities.push(Box::new(EmbeddedTimeAuthority::new(signer, move || clock::timestamp(now()))));
        }
        Ok(Self { is_remote, authorities, roots: settings.roots()? })
    }
}

/// A file that the issuer signed.
struct Made {
    pdf: Vec<u8>,
    stamp: Option<TimeStamp>,
}

/// Countersigns and stamps for as long as the server runs.
pub async fn run(app: std::sync::Arc<App>) {
    let mut changes = app.office.store.changes();
    loop {
        changes.mark_unchanged();
        if let Err(error) = settle_due(&app).await {
            tracing::error!(error = %Chain(&error), "contracts wait for their countersignature");
        }
        let changed = tokio::time::timeout(LOOK_EVERY, changes.changed()).await;
        if matches!(changed, Ok(Err(_))) {
            return;
        }
    }
}

/// What came of a look at the contracts that are due.
struct Settled {
    moved: u32,
    /// Database or bucket are away: what is due is for a later look.
    busy: bool,
}

/// Countersigns what was received and asks for the time stamps that are due. One that fails holds up no other.
async fn settle_due(app: &App) -> Result<Settled, BackendError> {
    let (mut moved, mut busy) = (0, 0);
    // One by one: authorities take their time, and what was signed meanwhile comes before the next of them.
    while let Some(contract) = claim(app).await? {
        match settle(app, &contract).await {
            Ok(true) => {
                moved += 1;
                app.office.store.announce().await;
            }
            Ok(false) => release(app, &contract).await?,
            Err(error) if error.is_busy() => {
                tracing::debug!(number = contract.number, "a contract is looked at again soon");
                release(app, &contract).await?;
                busy += 1;
                if busy == BUSY_TIMES {
                    return Ok(Settled { moved, busy: true });
                }
                tokio::time::sleep(SOON).await;
            }
            Err(error) => {
                tracing::error!(number = contract.number, error = %Chain(&error), "contract not countersigned");
                put_off(app, &contract).await?;
            }
        }
    }
    Ok(Settled { moved, busy: false })
}

/// Countersigns what was received and asks for the time stamps that are due, and waits for what others are working on: when
/// this returns, nothing is left that could be done now, unless database or bucket are away. Gives how many contracts moved.
///
/// # Errors
/// Storage failures of the look itself.
pub async fn settle_all(app: &App) -> Result<u32, BackendError> {
    let mut moved = 0;
    loop {
        let settled = settle_due(app).await?;
        moved += settled.moved;
        let mut conn = app.office.store.read().await?;
        if settled.busy || !contracts::any_due(&mut conn, app.office.now_ms()).await? {
            return Ok(moved);
        }
        drop(conn);
        tokio::time::sleep(SOON).await;
    }
}

async fn claim(app: &App) -> Result<Option<ContractRecord>, BackendError> {
    retried(|| async {
        let mut tx = app.office.store.write().await?;
        let contract = contracts::claim(&mut tx, app.office.now_ms()).await?;
        tx.commit().await?;
        Ok(contract)
    })
    .await
}

async fn release(app: &App, contract: &ContractRecord) -> Result<(), BackendError> {
    let mut tx = app.office.store.write().await?;
    contracts::release(&mut tx, contract).await?;
    tx.commit().await?;
    Ok(())
}

async fn settle(app: &App, contract: &ContractRecord) -> Result<bool, BackendError> {
    match contract.state {
        ContractState::Signed => bring_into_effect(app, contract).await,
        ContractState::InEffect => stamp_again(app, contract).await,
        ContractState::Offered
        | ContractState::Superseded
        | ContractState::OnPaper
        | ContractState::Refused => Ok(false),
    }
}

async fn put_off(app: &App, contract: &ContractRecord) -> Result<(), BackendError> {
    let mut tx = app.office.store.write().await?;
    contracts::try_later(&mut tx, contract, next_try(app.office.now_ms(), contract.tries)).await?;
    tx.commit().await?;
    Ok(())
}

fn next_try(now_ms: i64, tries: u32) -> i64 {
    let wait_ms = FIRST_RETRY_MS.saturating_mul(1 << tries.min(16)).min(LONGEST_RETRY_MS);
    now_ms.saturating_add(wait_ms)
}

async fn bring_into_effect(app: &App, contract: &ContractRecord) -> Result<bool, BackendError> {
    let signed = Signed::read(app, contract).await?;
    let name = issuer_name(contract)?;
    let issuer = app.keys.issuer(&name, app.office.now_ms())?;
    let statement =
        Statement { reason: REASON.to_owned(), location: None, at: clock::timestamp(app.office.now_ms()) };
    let made = on_pool(app, move |time, trust| {
        let both = signed.by_issuer(&issuer, &name, &statement).map_err(ContractError::from)?;
        // Takes effect at once; a stamp that has to be waited for comes in a file of its own.
        let made = if time.is_remote { Made { pdf: both, stamp: None } } else { stamped(both, time, trust)? };
        // What a verifier would refuse must never reach a merchant.
        if verify(&made.pdf, trust, statement.at).verdict == signed.verdict() {
            Ok(made)
        } else {
            Err(ContractError::Unverifiable.into())
        }
    })
    .await?;
    Stored::new(app, contract, &made).await?.bring_into_effect(app, contract).await
}

/// What the merchant signed.
enum Signed {
    /// The file with their signature.
    File(Vec<u8>),
    /// The document that they signed on paper, rendered again, and the hash of the record that names the scans.
    Paper(Box<Rendered>, [u8; 32]),
}

impl Signed {
    async fn read(app: &App, contract: &ContractRecord) -> Result<Self, BackendError> {
        if let Some(paper) = &contract.paper {
            let mut conn = app.office.store.read().await?;
            let printed = paper_contracts::printed(&mut conn, contract)
                .await
                .map_err(|_| BackendError::Corrupt { what: "contract that was signed on paper" })?;
            let record = Sha256::digest(paper.signature.record.payload.as_bytes()).into();
            return Ok(Self::Paper(Box::new(printed.rendered), record));
        }
        let signed = contract.signed_sha.as_ref().ok_or(BackendError::Corrupt { what: "signed contract" })?;
        Ok(Self::File(app.office.blobs.read(signed, MAX_FILE_BYTES).await?))
    }

    fn by_issuer(&self, issuer: &KeySigner, name: &str, statement: &Statement) -> Result<Vec<u8>, SignError> {
        let fonts = Fonts::embedded()?;
        match self {
            Self::File(pdf) => countersign(pdf, issuer, name, statement, fonts),
            Self::Paper(rendered, record) => {
                seal_signed_on_paper(rendered, record, issuer, name, statement, fonts)
            }
        }
    }

    /// What a verifier must say of the issuer's file.
    fn verdict(&self) -> Verdict {
        match self {
            Self::File(_) => Verdict::InEffect,
            Self::Paper(..) => Verdict::OnPaper,
        }
    }
}

async fn stamp_again(app: &App, contract: &ContractRecord) -> Result<bool, BackendError> {
    let unstamped =
        contract.effective_sha.as_ref().ok_or(BackendError::Corrupt { what: "contract in effect" })?;
    let pdf = app.office.blobs.read(unstamped, MAX_FILE_BYTES).await?;
    let made = on_pool(app, move |time, trust| stamped(pdf, time, trust)).await?;
    if made.stamp.is_none() {
        put_off(app, contract).await?;
        return Ok(false);
    }
    Stored::new(app, contract, &made).await?.exchange(app, contract).await
}

/// The file with a time stamp, if an authority gives one now.
fn stamped(pdf: Vec<u8>, time: &TimeService, trust: &Trust) -> Result<Made, BackendError> {
    let roots: Vec<Certificate> = trust.time_roots.iter().chain(&trust.roots).cloned().collect();
    match add_time_stamp(&pdf, &time.authorities, &roots) {
        Ok((pdf, stamp)) => Ok(Made { pdf, stamp: Some(stamp) }),
        Err(StampingError::Pending(pending)) => {
            for (authority, error) in &pending.failures {
                tracing::warn!(authority, %error, "no time stamp yet");
            }
            Ok(Made { pdf, stamp: None })
        }
        Err(StampingError::File(error)) => Err(ContractError::from(error).into()),
    }
}

/// Signing, and asking authorities, which takes up to ten seconds each.
async fn on_pool<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&TimeService, &Trust) -> Result<T, BackendError> + Send + 'static,
) -> Result<T, BackendError> {
    let (time, trust) = (app.time.clone(), app.trust());
    tokio::task::spawn_blocking(move || work(&time, &trust)).await?
}

/// The name in the contract's own offer.
fn issuer_name(contract: &ContractRecord) -> Result<String, BackendError> {
    let offer: portal_contract::agreement::Offer = serde_json::from_str(&contract.offer.payload)?;
    Ok(offer.issuer.name)
}

/// A made file that is durable, with the issuer's record of it.
struct Stored {
    sha: Hash,
    size_bytes: u64,
    record: SealedText,
    stamp: Option<Stamp>,
}

impl Stored {
    async fn new(app: &App, contract: &ContractRecord, made: &Made) -> Result<Self, BackendError> {
        let sha = app.office.blobs.put(&made.pdf).await?;
        let issuer = app.keys.issuer(&issuer_name(contract)?, app.office.now_ms())?;
        let record = record(contract, &issuer, &sha, made.stamp.as_ref())?;
        let stamp = made.stamp.as_ref().map(|stamp| Stamp {
            authority: stamp.authority.clone(),
            at_ms: stamp.at.as_millisecond(),
            serial: stamp.serial.clone(),
        });
        Ok(Self { sha, size_bytes: made.pdf.len() as u64, record, stamp })
    }

    fn countersigned(&self, next_try_at_ms: i64) -> Countersigned<'_> {
        Countersigned {
            effective_sha: &self.sha,
            record: &self.record,
            stamp: self.stamp.as_ref(),
            next_try_at_ms,
        }
    }

    /// File, state, track, event and audit, in one transaction; false when somebody else was first.
    async fn bring_into_effect(&self, app: &App, contract: &ContractRecord) -> Result<bool, BackendError> {
        let (tenant, now_ms) = (&contract.tenant, app.office.now_ms());
        let mut tx = app.office.store.write().await?;
        let case = cases::find(&mut tx, tenant, contract.case_id)
            .await?
            .ok_or(BackendError::Corrupt { what: "contract without its case" })?;
        if !contracts::countersign(&mut tx, contract, &self.countersigned(now_ms), now_ms).await? {
            return Ok(false);
        }
        let dossier = cases::document(&mut tx, tenant, &case).await?.dossier;
        let mut next =
            CaseRecord { rev: case.rev + 1, updated_at_ms: now_ms.max(case.updated_at_ms), ..case };
        next.tracks.contract = next
            .tracks
            .contract
            .after(Track::Contract, StepMove::Complete)
            .map_err(|_| BackendError::Corrupt { what: "contract track" })?;
        if let Some(profile) = rules::known_profile(&next.profile) {
            next.tracks.open_ready(profile, &dossier);
        }
        cases::put(&mut tx, tenant, &next).await?;
        self.publish(&mut tx, contract, &next, "contract.countersign", now_ms).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Puts the stamped file in the place of the one without; false when somebody else was first.
    async fn exchange(&self, app: &App, contract: &ContractRecord) -> Result<bool, BackendError> {
        let now_ms = app.office.now_ms();
        let mut tx = app.office.store.write().await?;
        let case = cases::find(&mut tx, &contract.tenant, contract.case_id)
            .await?
            .ok_or(BackendError::Corrupt { what: "contract without its case" })?;
        if !contracts::stamp(&mut tx, contract, &self.countersigned(0)).await? {
            return Ok(false);
        }
        self.publish(&mut tx, contract, &case, "contract.stamp", now_ms).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn publish(
        &self,
        conn: &mut Conn,
        contract: &ContractRecord,
        case: &CaseRecord,
        action: &str,
        now_ms: i64,
    ) -> Result<(), BackendError> {
        let tenant = &contract.tenant;
        blobs::add_unheld(conn, tenant, &self.sha, self.size_bytes, now_ms).await?;
        blobs::bind(conn, tenant, case.case_id, &self.sha, "application/pdf").await?;
        let what = Happened::ContractCountersigned {
            number: contract.number.clone(),
            sha: self.sha.clone(),
            stamped: self.stamp.is_some(),
        };
        events::tell(conn, tenant, case.owner, (case.case_id, case.rev), &what, now_ms).await?;
        let subject = case.case_id.to_string();
        audit::append(conn, tenant, audit::Entry { actor: ACTOR, action, subject: &subject }, now_ms).await
    }
}

/// The issuer's own record: which file, signed by whom, behind the merchant's record of it.
fn record(
    contract: &ContractRecord,
    issuer: &KeySigner,
    sha: &Hash,
    stamp: Option<&TimeStamp>,
) -> Result<SealedText, BackendError> {
    let corrupt = || BackendError::Corrupt { what: "record of a signed contract" };
    // Nobody's certificate stands for a hand on paper.
    let (before, mut parties) = match (&contract.paper, &contract.signature) {
        (Some(paper), _) => (&paper.signature.record, Vec::new()),
        (None, Some(signature)) => match serde_json::from_str(&signature.signed.payload)? {
            Record::Signed(merchant) => (&signature.signed, merchant.parties),
            _ => return Err(corrupt()),
        },
        (None, None) => return Err(corrupt()),
    };
    parties.push(Party {
        role: PartyRole::Issuer,
        name_hash: random::sha256_hex(issuer_name(contract)?.as_bytes()),
        cert_sha256: certificate_sha256(&issuer.identity().certificate)?,
    });
    let record = Record::Signed(SignedRecord {
        contract_no: contract.number.clone(),
        signed_pdf_sha256: sha.to_string(),
        parties,
        tsa: stamp.map(|stamp| Tsa {
            url: stamp.authority.clone(),
            time: stamp.at,
            serial: stamp.serial.clone(),
        }),
        previous_sha256: Some(random::sha256_hex(before.payload.as_bytes())),
    });
    seal(record.to_canonical_json()?, issuer)
}
