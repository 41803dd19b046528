//! The merchant's answer: a signature that only the merchant can give, or a refusal.

use std::sync::Arc;

use jiff::Timestamp;
use portal_contract::agreement::signer;
use portal_contract::evidence::{
    Agent, AgentRole, Ceremony, Clock, Consent, ConsentKind, Device, Party, PartyRole, Reading, RealName,
    RealNameMethod, Record, Refused, Renderer, Signed, Strokes as StrokesRecord, Will, WillMethod,
};
use portal_contract::pki::{
    DeviceCertificate, DeviceSigner, Identity, OneTimeSigner, PkiError, SignerKey, certificate_sha256,
};
use portal_contract::sealed::Sealed;
use portal_contract::signing::{Handwriting, PenPoint, SignError, Statement, sign_as_merchant};
use portal_contract::{Fonts, Rendered};
use portal_domain::dossier::{BlobSlot, Slot};
use portal_domain::ids::{CaseId, OpId, Sha256};
use portal_protocol::contract::{ContractRefusal, ContractSignature, SealedText};
use portal_protocol::operation::{BlobRef, Change, Operation};
use portal_store::{Answer, AuditEntry, CaseRow, Conclusion, Finalise, NewBlob};
use portal_vault::Vault;
use sha2::Digest;
use uuid::Uuid;

use super::annexes::consents;
use super::ceremony::{Offered, Pass, Progress, Strokes};
use super::handing_over::Desk;
use crate::App;
use crate::account::Account;
use crate::case::profile_of;
use crate::error::{CommandCode, CommandError};
use crate::failure::internal;
use crate::view::{ContractView, PenDevice, SignatureStrokes, SigningWay};

const PDF: &str = "application/pdf";
pub(super) const JPEG: &str = "image/jpeg";
/// What the merchant's signature says.
const REASON: &str = "本人已阅读并同意本合同全部条款";
/// Longest reason of a refusal, in characters.
const MAX_REASON_CHARS: usize = 500;

/// The merchant, who has just proven to be there: by their own PIN, or by an identity check after which an agent's
/// computer was theirs alone. There is no other way to one than [`Signatory::prove`], and nothing is signed without one:
/// an agent can prepare a contract, and never sign it.
pub(super) struct Signatory(());

impl Signatory {
    /// # Errors
    /// `not_the_signer` for staff; `wrong_pin`, `pin_delayed`, `invalid_argument` without a PIN where it takes one.
    async fn prove(app: &App, desk: &Desk, pin: Option<String>) -> Result<Self, CommandError> {
        match desk.way {
            SigningWay::OwnPin => {
                let pin =
                    pin.ok_or(CommandError::new(CommandCode::InvalidArgument).field("/pin", "required"))?;
                app.prove_again(&desk.account, pin).await?;
            }
            SigningWay::HandedOver => {}
            SigningWay::HandOver | SigningWay::Nobody => {
                return Err(CommandError::new(CommandCode::NotTheSigner));
            }
        }
        Ok(Self(()))
    }
}

/// The device key where it is, in the vault.
pub(super) struct VaultKey(pub(super) Arc<Vault>);

impl SignerKey for VaultKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PkiError> {
        self.0.sign(message).map_err(|error| PkiError::Refused(error.code().to_owned()))
    }
}

/// A file that goes with the merchant's answer; the contract comes first.
pub(super) struct AnswerFile {
    pub slot: BlobSlot,
    pub media_type: &'static str,
    pub sha: Sha256,
    pub size_bytes: u64,
}

/// A signed file with its two records.
struct Made {
    pdf: Vec<u8>,
    ceremony: SealedText,
    signed: SealedText,
}

impl App {
    /// Signs for the merchant, who types their PIN or has the computer to themselves, and queues it: a one-time key is
    /// made, certified for this person and this evidence, used once and destroyed. The second of two clicks is `frozen`.
    ///
    /// # Errors
    /// `not_the_signer`, `wrong_pin`, `not_read`, `no_handwriting`, `offer_expired`, `stale` when other pages were read
    /// than would be signed, `frozen` when it is answered already.
    pub async fn contract_sign(
        &self,
        case_id: CaseId,
        render_sha256: String,
        signature: SignatureStrokes,
        pin: Option<String>,
    ) -> Result<ContractView, CommandError> {
        self.writable()?;
        let desk = self.desk(case_id).await?;
        let account = &desk.account;
        let offered = self.open_offer(account, case_id).await?;
        self.refuse_expired(&offered.offer)?;
        let progress = offered.progress.clone().ok_or(CommandError::new(CommandCode::NotRead))?;
        let to_end_at_ms = progress.to_end_at_ms().ok_or(CommandError::new(CommandCode::NotRead))?;
        let rendered = self.render_offer(&offered, &progress.turnovers).await?;
        if render_sha256 != progress.render_sha256 || rendered.sha256 != progress.render_sha256 {
            return Err(CommandError::new(CommandCode::Stale));
        }
        let signatory = Signatory::prove(self, &desk, pin).await?;
        let annexed = consents(&offered.offer, &progress)?;
        let strokes = strokes(signature);
        let progress = Progress { strokes: Some(strokes.clone()), ..progress };
        let record = self.ceremony(&desk, &offered, &progress, &rendered, (to_end_at_ms, annexed)).await?;
        let made = self.make(signatory, &offered.case, account, rendered, record, strokes).await?;
        self.queue_signature(&desk, &offered, &progress, made).await?;
        account.wake();
        self.contract_changed(case_id);
        self.contract_view(&desk, case_id).await
    }

    /// Refuses the contract, with the merchant's reason.
    ///
    /// # Errors
    /// As [`App::contract_sign`]; `invalid_argument` without a reason.
    pub async fn contract_refuse(
        &self,
        case_id: CaseId,
        reason: String,
        pin: Option<String>,
    ) -> Result<ContractView, CommandError> {
        self.writable()?;
        let desk = self.desk(case_id).await?;
        let account = &desk.account;
        let problem = |code| CommandError::new(CommandCode::InvalidArgument).field("/reason", code);
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            return Err(problem("required"));
        }
        if reason.chars().count() > MAX_REASON_CHARS {
            return Err(problem("too_long"));
        }
        let offered = self.open_offer(account, case_id).await?;
        let turnovers = offered.progress.as_ref().map(|progress| progress.turnovers.clone());
        let rendered = self.render_offer(&offered, &turnovers.unwrap_or_default()).await?;
        let Signatory(()) = Signatory::prove(self, &desk, pin).await?;
        let (real_name, method, agent) = identity(&desk, &offered, offered.progress.as_ref())?;
        let record = Record::Refused(Refused {
            contract_no: offered.row.number.clone(),
            render_sha256: rendered.sha256.clone(),
            reason,
            real_name,
            will: Will {
                method,
                bound_doc_sha256: rendered.sha256,
                time: self.timestamp(),
                confirmation: None,
            },
            agent,
            at: self.timestamp(),
            previous_sha256: None,
        });
        let device = self.device_certificate(account).await?;
        let key = VaultKey(self.vault());
        let record =
            self.blocking(move || seal(&record, &DeviceSigner { certificate: &device, key: &key })).await?;
        let evidence = hash(record.payload.as_bytes());
        let change = Change::Refuse(ContractRefusal { number: offered.row.number.clone(), record });
        let ceremony = offered.progress.as_ref().map(Progress::to_json).transpose()?;
        let files = signer_photo(&desk, offered.progress.as_ref()).into_iter().collect();
        let answer = (Answer::Refused, change);
        self.conclude(account, &offered, answer, files, ceremony, evidence.as_str()).await?;
        account.wake();
        self.contract_changed(case_id);
        self.contract_view(&desk, case_id).await
    }

    /// What happened until the last stroke. What isn't known isn't said.
    async fn ceremony(
        &self,
        desk: &Desk,
        offered: &Offered,
        progress: &Progress,
        rendered: &Rendered,
        (to_end_at_ms, annexed): (i64, Vec<Consent>),
    ) -> Result<Record, CommandError> {
        let account = &desk.account;
        let (offer, now) = (&offered.offer, self.timestamp());
        let profile = profile_of(&offered.case)?;
        let data_sha256 = offer
            .data_sha256(&offered.case.dossier, profile, &progress.turnovers)
            .map_err(|error| internal("contract values", &error))?;
        let pass = self.signing_pass(account).await?;
        let cert_sha256 =
            certificate_sha256(&pass.certificate).map_err(|error| internal("signing pass", &error))?;
        let handwriting = progress.strokes.as_ref().ok_or(CommandError::new(CommandCode::NoHandwriting))?;
        let drawn =
            serde_json::to_vec(&handwriting.handwriting).map_err(|error| internal("handwriting", &error))?;
        let (real_name, method, agent) = identity(desk, offered, Some(progress))?;
        let (will, clock) = will(progress, method, rendered, now);
        let given = offered.case.dossier.consents.iter().map(|given| {
            let rule = profile.consents.iter().find(|rule| rule.id == given.id);
            Consent {
                title: rule.map_or_else(|| given.id.clone(), |rule| rule.title.zh.clone()),
                version: given.version.clone(),
                sha256: given.text_sha256.to_string(),
                time: at(given.at_ms),
                kind: ConsentKind::Check,
            }
        });
        Ok(Record::Ceremony(Box::new(Ceremony {
            contract_no: offer.contract_no.clone(),
            template: offer.template.clone(),
            data_sha256,
            render_sha256: rendered.sha256.clone(),
            renderer: Renderer::this(),
            real_name,
            will,
            consents: given.chain(annexed).collect(),
            reading: Reading {
                opened_at: at(progress.opened_at_ms),
                pages: progress.pages,
                to_end_at: Some(at(to_end_at_ms)),
                seconds: u32::try_from((to_end_at_ms - progress.opened_at_ms) / 1000).unwrap_or_default(),
            },
            strokes: StrokesRecord {
                sha256: hash(&drawn).to_string(),
                points: u32::try_from(handwriting.handwriting.points()).unwrap_or(u32::MAX),
                duration_ms: handwriting.handwriting.duration_ms(),
                device: device_name(handwriting.device).to_owned(),
            },
            agent,
            device: Device {
                id: self.device_id()?.to_string(),
                cert_sha256,
                app_version: env!("CARGO_PKG_VERSION").to_owned(),
                os: std::env::consts::OS.to_owned(),
            },
            place: None,
            clock,
            events_head_hash: account.store.audit_head().await?,
            previous_sha256: None,
        })))
    }

    async fn make(
        &self,
        signatory: Signatory,
        case: &CaseRow,
        account: &Account,
        rendered: Rendered,
        record: Record,
        strokes: Strokes,
    ) -> Result<Made, CommandError> {
        let device = self.device_certificate(account).await?;
        let (key, now) = (VaultKey(self.vault()), self.timestamp());
        let name = signer(&case.dossier).name.trim().to_owned();
        self.blocking(move || {
            // Used up here: one proof of being there gives one signature.
            let Signatory(()) = signatory;
            let failed = |error: PkiError| internal("signing", &error);
            let ceremony = seal(&record, &DeviceSigner { certificate: &device, key: &key })?;
            let evidence = record.sha256().map_err(|error| internal("evidence", &error))?;
            let one_time = OneTimeSigner::certify(&name, &evidence, &device, &key, now).map_err(failed)?;
            let party = Party {
                role: PartyRole::Merchant,
                name_hash: hash(name.as_bytes()).to_string(),
                cert_sha256: certificate_sha256(&one_time.identity().certificate).map_err(failed)?,
            };
            let fonts = Fonts::embedded().map_err(crate::documents::print_error)?;
            let statement = Statement { reason: REASON.to_owned(), location: None, at: now };
            let pdf = sign_as_merchant(&rendered, one_time, &strokes.handwriting, &statement, fonts)
                .map_err(|error| match error {
                    SignError::NoHandwriting => CommandError::new(CommandCode::NoHandwriting),
                    other => internal("signing", &other),
                })?;
            let signed = Record::Signed(Signed {
                contract_no: record.contract_no().to_owned(),
                signed_pdf_sha256: hash(&pdf).to_string(),
                parties: vec![party],
                tsa: None,
                previous_sha256: Some(hex::encode(evidence)),
            });
            let signed = seal(&signed, &DeviceSigner { certificate: &device, key: &key })?;
            Ok(Made { pdf, ceremony, signed })
        })
        .await
    }

    async fn queue_signature(
        &self,
        desk: &Desk,
        offered: &Offered,
        progress: &Progress,
        made: Made,
    ) -> Result<(), CommandError> {
        let evidence = hash(made.ceremony.payload.as_bytes());
        let size_bytes = made.pdf.len() as u64;
        let sha = desk.account.store.put_blob(made.pdf, self.now()).await?;
        let signed = sha.clone();
        let change = Change::Sign(Box::new(ContractSignature {
            number: offered.row.number.clone(),
            offer_sha: hash(offered.row.offer.as_bytes()),
            turnovers: progress.turnovers.clone(),
            ceremony: made.ceremony,
            signed: made.signed,
        }));
        let mut files =
            vec![AnswerFile { slot: BlobSlot::SIGNED_CONTRACT, media_type: PDF, sha, size_bytes }];
        files.extend(signer_photo(desk, Some(progress)));
        let ceremony = Some(progress.to_json()?);
        let answer = (Answer::Signed(signed), change);
        self.conclude(&desk.account, offered, answer, files, ceremony, evidence.as_str()).await
    }

    /// Everything of the answer in one transaction: queued, and not to be given again.
    pub(super) async fn conclude(
        &self,
        account: &Account,
        offered: &Offered,
        (answer, change): (Answer, Change),
        files: Vec<AnswerFile>,
        ceremony: Option<String>,
        evidence: &str,
    ) -> Result<(), CommandError> {
        let (case, kind) = (&offered.case, change.kind());
        let operation = Operation {
            case_id: case.case_id,
            // What was offered counts, not the case's revision.
            base_rev: None,
            made_at_ms: self.now(),
            device_id: self.device_id()?,
            blobs: files
                .iter()
                .map(|file| BlobRef {
                    slot: file.slot,
                    sha: file.sha.clone(),
                    size: file.size_bytes,
                    media_type: file.media_type.to_owned(),
                })
                .collect(),
            change,
        };
        let body = serde_json::to_vec(&operation).map_err(|error| internal("operation", &error))?;
        let new = Finalise {
            op_id: OpId(Uuid::now_v7()),
            case_id: case.case_id,
            expected_revision: case.revision,
            kind: kind.to_owned(),
            step: None,
            body_sha: hash(&body),
            body,
            blobs: files
                .iter()
                .map(|file| NewBlob { slot: file.slot, sha: file.sha.clone(), size_bytes: file.size_bytes })
                .collect(),
            local_receipt: None,
            paused: crate::outbox::is_paused(account).await?,
        };
        let conclusion = Conclusion {
            number: offered.row.number.clone(),
            answer,
            ceremony,
            audit: AuditEntry {
                who: account.local_id.clone(),
                action: format!("{kind} sha256:{evidence}"),
                case_id: Some(case.case_id),
            },
        };
        account.store.conclude_contract(new, conclusion, self.now()).await?;
        Ok(())
    }

    pub(super) async fn device_certificate(
        &self,
        account: &Account,
    ) -> Result<DeviceCertificate, CommandError> {
        let Pass { certificate, root, .. } = self.signing_pass(account).await?;
        let device = DeviceCertificate::new(Identity { certificate, issuers: vec![root] })
            .map_err(|error| internal("signing pass", &error))?;
        if device.ends_at() <= self.timestamp() {
            return Err(CommandError::new(CommandCode::NoSigningPass));
        }
        Ok(device)
    }
}

/// How the signer says yes to these pages: by a code to their phone while one counts, and otherwise as `weaker`, the way
/// that needs no network.
fn will(progress: &Progress, weaker: WillMethod, rendered: &Rendered, now: Timestamp) -> (Will, Clock) {
    let bound_doc_sha256 = rendered.sha256.clone();
    match progress.confirmed(now.as_millisecond()) {
        Some(confirmed) => {
            let SealedText { payload, signature } = confirmed.sealed.clone();
            let will = Will {
                method: WillMethod::Sms,
                bound_doc_sha256,
                time: confirmed.time(),
                confirmation: Some(Sealed { payload, signature }),
            };
            (will, confirmed.clock(now))
        }
        None => (
            Will { method: weaker, bound_doc_sha256, time: now, confirmation: None },
            Clock { device_utc: now, monotonic_ms: None, last_server_time: None, skew_ms: None },
        ),
    }
}

/// How it is known who signs, how they say yes without a code, and who stood by. Without their own account the agent's word and the
/// photo are all there is, and the record says so.
fn identity(
    desk: &Desk,
    offered: &Offered,
    progress: Option<&Progress>,
) -> Result<(RealName, WillMethod, Option<Agent>), CommandError> {
    if desk.way != SigningWay::HandedOver {
        let reviewed = RealName {
            method: RealNameMethod::ReviewedDocuments,
            result_ref: offered.case.notice_number.clone().unwrap_or_default(),
            time: offered.offer.issued_at,
        };
        return Ok((reviewed, WillMethod::Pin, None));
    }
    let unproven = CommandError::new(CommandCode::NotTheSigner);
    let check = progress.and_then(|progress| progress.identity.as_ref()).ok_or(unproven.clone())?;
    let agent = desk.account.account_id().ok_or(unproven)?;
    let compared = RealName {
        method: RealNameMethod::InPersonIdCard,
        result_ref: check.photo.to_string(),
        time: at(check.at_ms),
    };
    let assistant = Agent { id: agent.to_string(), role: AgentRole::Assistant };
    Ok((compared, WillMethod::InPerson, Some(assistant)))
}

/// The merchant with their card, where that is how it is known who answers.
fn signer_photo(desk: &Desk, progress: Option<&Progress>) -> Option<AnswerFile> {
    let check = progress.and_then(|progress| progress.identity.as_ref());
    let check = check.filter(|_| desk.way == SigningWay::HandedOver)?;
    Some(AnswerFile {
        slot: Slot::HoldingId.into(),
        media_type: JPEG,
        sha: check.photo.clone(),
        size_bytes: check.photo_bytes,
    })
}

pub(super) fn seal(record: &Record, signer: &DeviceSigner<'_>) -> Result<SealedText, CommandError> {
    let text = record.to_canonical_json().map_err(|error| internal("evidence", &error))?;
    let Sealed { payload, signature } =
        Sealed::seal(text, signer).map_err(|error| internal("sealing evidence", &error))?;
    Ok(SealedText { payload, signature })
}

fn strokes(signature: SignatureStrokes) -> Strokes {
    let point = |point: crate::view::StrokePoint| PenPoint { x: point.x, y: point.y, t_ms: point.t_ms };
    let lines = signature.strokes.into_iter();
    Strokes {
        device: signature.device,
        handwriting: Handwriting {
            width: signature.width,
            height: signature.height,
            strokes: lines.map(|line| line.into_iter().map(point).collect()).collect(),
        },
    }
}

fn device_name(device: PenDevice) -> &'static str {
    match device {
        PenDevice::Pen => "pen",
        PenDevice::Touch => "touch",
        PenDevice::Mouse => "mouse",
        PenDevice::Keyboard => "keyboard",
    }
}

pub(super) fn hash(bytes: &[u8]) -> Sha256 {
    Sha256::from_bytes(sha2::Sha256::digest(bytes).into())
}

pub(super) fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}
