//! The account's requests, one method each.

use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use portal_domain::ids::{CaseId, OpId, Sha256};
use portal_protocol::case::CaseDocument;
use portal_protocol::contract::{ContractCodeRequest, ContractConfirmation, SealedText};
use portal_protocol::courier::PACKAGE_MEDIA_TYPE;
use portal_protocol::event::Event;
use portal_protocol::operation::{OperationState, operation_path};
use portal_protocol::receipt::Envelope;
use portal_protocol::session::CodeSent;
use portal_protocol::{SIGNATURE_HEADER, signed_text};
use portal_store::Piece;
use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::account::AccountClient;
use crate::client::{sha256, sign};
use crate::error::{SyncError, Transport};
use crate::http::Answer;

/// For requests that carry up to 4 MiB: 256 KiB must fit on a line of 20 kbit/s.
const TRANSFER_TIMEOUT: Duration = Duration::from_secs(120);
/// For a whole courier package: a full one takes that long at 300 KB/s.
const PACKAGE_TIMEOUT: Duration = Duration::from_secs(3600);
const TUS_RESUMABLE: &str = "tus-resumable";
const TUS_VERSION: &str = "1.0.0";
const UPLOAD_OFFSET: &str = "upload-offset";

/// What the event feed has behind a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    pub events: Vec<Event>,
    /// More are ready.
    pub more: bool,
    /// The next one is there and was made by a later version: this one can't say what it means.
    pub unreadable: bool,
}

/// As [`portal_protocol::event::EventBatch`], its events not read yet.
#[derive(Deserialize)]
struct Batch {
    events: Vec<Value>,
    more: bool,
}

/// A document with the tag that asks for newer ones only.
#[derive(Debug, Clone, PartialEq)]
pub struct Tagged<T> {
    pub value: T,
    pub etag: Option<String>,
}

impl AccountClient {
    /// Declares an operation by its exact bytes. Repeating it is harmless.
    ///
    /// # Errors
    /// Refusals: `operation_mismatch`, `invalid`, `illegal_move`, `conflict`, `bad_signature` …
    pub async fn declare(&self, op_id: OpId, body: &Bytes) -> Result<OperationState, SyncError> {
        self.budget.count(body.len() as u64);
        let text = signed_text(&op_id.to_string(), sha256(body).as_str());
        let signature = sign(&self.signer, text).await?;
        let path = operation_path(op_id);
        let answer = self
            .send(|http| {
                Ok(http
                    .request(Method::PUT, &path)?
                    .timeout(TRANSFER_TIMEOUT)
                    .header(CONTENT_TYPE, "application/json")
                    .header(SIGNATURE_HEADER, &signature)
                    .body(body.clone()))
            })
            .await?;
        answer.json()
    }

    /// Commits a declared operation: the signed receipt, the same one however often it is asked for.
    ///
    /// # Errors
    /// Refusals: `missing_blobs`, `conflict` …
    pub async fn commit(&self, op_id: OpId) -> Result<Envelope, SyncError> {
        let path = format!("{}/commit", operation_path(op_id));
        self.send(|http| http.request(Method::POST, &path)).await?.json()
    }

    /// Has a code for one document sent to the signer's phone.
    ///
    /// # Errors
    /// Refusals: `illegal_move` when the contract isn't on offer, `too_many_requests`, `unavailable` …
    pub async fn send_contract_code(&self, request: &ContractCodeRequest) -> Result<CodeSent, SyncError> {
        self.send(|http| Ok(http.request(Method::POST, "/v1/contract-codes")?.json(request))).await?.json()
    }

    /// Gives the code that arrived: what the issuer sealed about it, not verified yet.
    ///
    /// # Errors
    /// Refusals: `wrong_code`, `illegal_move` …
    pub async fn confirm_contract(&self, request: &ContractConfirmation) -> Result<SealedText, SyncError> {
        self.send(|http| Ok(http.request(Method::POST, "/v1/contract-confirmations")?.json(request)))
            .await?
            .json()
    }

    /// Puts a small photo; durable when this returns.
    ///
    /// # Errors
    /// [`SyncError::BudgetSpent`]. Refusals: `digest_mismatch`, `too_large`, `unsupported_type` …
    pub async fn put_blob(&self, sha: &Sha256, media_type: &str, bytes: &Bytes) -> Result<(), SyncError> {
        self.reserve(bytes)?;
        let path = format!("/v1/blobs/{sha}");
        let digest = format!("sha-256=:{}:", STANDARD.encode(digest(bytes)));
        self.send(|http| {
            Ok(http
                .request(Method::PUT, &path)?
                .timeout(TRANSFER_TIMEOUT)
                .header(CONTENT_TYPE, media_type)
                .header("content-digest", &digest)
                .body(bytes.clone()))
        })
        .await?;
        Ok(())
    }

    /// A photo of a case that this account may read; its bytes are checked against the hash.
    ///
    /// # Errors
    /// [`Transport::BadAnswer`] when they are others.
    pub async fn blob(&self, sha: &Sha256) -> Result<Bytes, SyncError> {
        let bytes = self.download(&format!("/v1/blobs/{sha}")).await?.body;
        if sha256(&bytes) == *sha { Ok(bytes) } else { Err(Transport::BadAnswer.into()) }
    }

    /// Starts a resumable upload (tus 1.0 creation): the path to go on at, and its offset where the backend says so.
    /// For a hash that is being uploaded already the backend gives the same one.
    ///
    /// # Errors
    /// Refusals: `too_large`, `unsupported_type` …
    pub async fn create_upload(
        &self,
        sha: &Sha256,
        size_bytes: u64,
        media_type: &str,
    ) -> Result<(String, Option<u64>), SyncError> {
        let (name, media_type) = (STANDARD.encode(sha.as_str()), STANDARD.encode(media_type));
        // Some servers want a file name of every upload; the hash says nothing about its owner.
        let metadata = format!("sha {name},filename {name},filetype {media_type}");
        let answer = self
            .send(|http| {
                Ok(http
                    .request(Method::POST, "/v1/uploads")?
                    .header(TUS_RESUMABLE, TUS_VERSION)
                    .header("upload-length", size_bytes)
                    .header("upload-metadata", &metadata))
            })
            .await?;
        let path = self.client.http.own_path(answer.header("location").ok_or(Transport::BadAnswer)?)?;
        Ok((path, offset(&answer).ok()))
    }

    /// Bytes of an upload that the backend has.
    ///
    /// # Errors
    /// Refusals: 404, `gone`, `locked`.
    pub async fn upload_offset(&self, upload: &str) -> Result<u64, SyncError> {
        let answer = self
            .send(|http| Ok(http.request(Method::HEAD, upload)?.header(TUS_RESUMABLE, TUS_VERSION)))
            .await?;
        offset(&answer)
    }

    /// Sends one chunk; the backend's offset behind it.
    ///
    /// # Errors
    /// [`SyncError::BudgetSpent`]. Refusals: `offset_mismatch`, `checksum_mismatch`, `locked`, 404, `gone`.
    pub async fn patch_upload(&self, upload: &str, piece: Piece) -> Result<u64, SyncError> {
        let (at, chunk) = (piece.offset, Bytes::from(piece.bytes));
        self.reserve(&chunk)?;
        // Says early that the way spoiled something; what the whole is, its hash says (decision 0036).
        let checksum = format!("crc32 {}", STANDARD.encode(crc32fast::hash(&chunk).to_be_bytes()));
        let answer = self
            .send(|http| {
                Ok(http
                    .request(Method::PATCH, upload)?
                    .timeout(TRANSFER_TIMEOUT)
                    .header(TUS_RESUMABLE, TUS_VERSION)
                    .header(CONTENT_TYPE, "application/offset+octet-stream")
                    .header(UPLOAD_OFFSET, at)
                    .header("upload-checksum", &checksum)
                    .body(chunk.clone()))
            })
            .await?;
        offset(&answer)
    }

    /// Drops an upload (tus termination).
    ///
    /// # Errors
    /// Refusals: 404, `gone`.
    pub async fn delete_upload(&self, upload: &str) -> Result<(), SyncError> {
        self.send(|http| Ok(http.request(Method::DELETE, upload)?.header(TUS_RESUMABLE, TUS_VERSION)))
            .await?;
        Ok(())
    }

    /// Events behind `after`, up to the first that this version can't read; waits up to `wait_s` seconds (20 at most) for
    /// the first.
    ///
    /// # Errors
    /// As they come; [`Transport::BadAnswer`] for what is no event of any version.
    pub async fn events(&self, after: u64, wait_s: u32) -> Result<Heard, SyncError> {
        let path = format!("/v1/events?after={after}&wait={}", wait_s.min(20));
        let Batch { events: told, more } = self.get_json(&path).await?;
        let mut events = Vec::with_capacity(told.len());
        for told in told {
            let is_event = told["seq"].is_u64() && told["kind"].is_string();
            match serde_json::from_value(told) {
                Ok(event) => events.push(event),
                Err(_) if is_event => return Ok(Heard { events, more: false, unreadable: true }),
                Err(_) => return Err(Transport::BadAnswer.into()),
            }
        }
        Ok(Heard { events, more, unreadable: false })
    }

    /// A case as the backend has it; `None` when it is still as tagged.
    ///
    /// # Errors
    /// Refusals: 404.
    pub async fn case(
        &self,
        case_id: CaseId,
        etag: Option<&str>,
    ) -> Result<Option<Tagged<CaseDocument>>, SyncError> {
        let path = format!("/v1/cases/{case_id}");
        let answer = self
            .send(|http| {
                let request = http.request(Method::GET, &path)?;
                Ok(match etag {
                    Some(etag) => request.header(IF_NONE_MATCH, etag),
                    None => request,
                })
            })
            .await?;
        if answer.status == 304 {
            return Ok(None);
        }
        Ok(Some(Tagged { etag: answer.header(ETAG.as_str()).map(str::to_owned), value: answer.json()? }))
    }

    /// The acceptance notice of a case as PDF.
    ///
    /// # Errors
    /// Refusals: 404; [`Transport::BadAnswer`] when it isn't a PDF.
    pub async fn notice_pdf(&self, case_id: CaseId) -> Result<Bytes, SyncError> {
        let bytes = self.download(&format!("/v1/cases/{case_id}/notice")).await?.body;
        if bytes.starts_with(b"%PDF-") { Ok(bytes) } else { Err(Transport::BadAnswer.into()) }
    }

    /// Hands a courier package on, whoever made it; the signed receipts are for the computer that made it.
    ///
    /// # Errors
    /// Refusals: `digest_mismatch` and `malformed_request` name the altered file, `bad_signature`, `forbidden`,
    /// `too_large` …; [`SyncError::File`] when it can't be read.
    pub async fn relay_package(&self, path: &Path) -> Result<Envelope, SyncError> {
        let answer = self
            .send(|http| {
                let file = std::fs::File::open(path).map_err(SyncError::File)?;
                let size_bytes = file.metadata().map_err(SyncError::File)?.len();
                Ok(http
                    .request(Method::POST, "/v1/courier")?
                    .timeout(PACKAGE_TIMEOUT)
                    .header(CONTENT_TYPE, PACKAGE_MEDIA_TYPE)
                    .header(CONTENT_LENGTH, size_bytes)
                    .body(reqwest::Body::from(tokio::fs::File::from_std(file))))
            })
            .await?;
        answer.json()
    }

    /// Bytes of a photo on a metered line.
    fn reserve(&self, bytes: &Bytes) -> Result<(), SyncError> {
        if self.budget.reserve(bytes.len() as u64) { Ok(()) } else { Err(SyncError::BudgetSpent) }
    }

    async fn get_json<T: DeserializeOwned>(&self, path: &str) -> Result<T, SyncError> {
        self.send(|http| Ok(http.request(Method::GET, path)?.header(ACCEPT, "application/json")))
            .await?
            .json()
    }

    async fn download(&self, path: &str) -> Result<Answer, SyncError> {
        self.send(|http| Ok(http.request(Method::GET, path)?.timeout(TRANSFER_TIMEOUT))).await
    }
}

fn offset(answer: &Answer) -> Result<u64, SyncError> {
    let text = answer.header(UPLOAD_OFFSET).ok_or(Transport::BadAnswer)?;
    text.parse().map_err(|_| Transport::BadAnswer.into())
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}
