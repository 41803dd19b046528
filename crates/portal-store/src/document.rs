//! Receipts, notices and contracts of a case as files, for reading and printing offline.

use portal_domain::ids::{CaseId, Sha256};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::event::Issued;
use crate::store::{Conn, Store};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// "Saved on this computer, not yet received".
    LocalReceipt,
    /// The backend has received it.
    Receipt,
    /// 受理通知书.
    AcceptanceNotice,
    /// The contract with the merchant's signature only: the merchant's copy.
    SignedContract,
    /// The contract with both signatures.
    Contract,
    /// The merchant with the identity card, before they sign on somebody else's computer.
    SignerPhoto,
    /// The scan of a page that was signed on paper; numbered by contract and page.
    PaperScan,
    /// 机具保管单.
    CustodySheet,
    /// 培训证书.
    TrainingCertificate,
    /// 开通通知书.
    ActivationLetter,
}

impl DocumentKind {
    pub const ALL: [Self; 10] = [
        Self::LocalReceipt,
        Self::Receipt,
        Self::AcceptanceNotice,
        Self::SignedContract,
        Self::Contract,
        Self::SignerPhoto,
        Self::PaperScan,
        Self::CustodySheet,
        Self::TrainingCertificate,
        Self::ActivationLetter,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::LocalReceipt => "local_receipt",
            Self::Receipt => "receipt",
            Self::AcceptanceNotice => "acceptance_notice",
            Self::SignedContract => "signed_contract",
            Self::Contract => "contract",
            Self::SignerPhoto => "signer_photo",
            Self::PaperScan => "paper_scan",
            Self::CustodySheet => "custody_sheet",
            Self::TrainingCertificate => "training_certificate",
            Self::ActivationLetter => "activation_letter",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A stored document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    pub kind: DocumentKind,
    pub number: String,
    pub sha: Sha256,
    pub created_at_ms: i64,
}

impl Store {
    /// Stores a document of a case under its number; an earlier one of that kind and number is replaced.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] without the case, [`StoreError::DiskFull`].
    pub async fn put_document(
        &self,
        case_id: CaseId,
        kind: DocumentKind,
        number: &str,
        bytes: Vec<u8>,
        now_ms: i64,
    ) -> Result<Sha256, StoreError> {
        let sha = self.put_blob(bytes, now_ms).await?;
        let mut tx = self.begin().await?;
        crate::case::require(&mut tx, case_id).await?;
        write(&mut tx, case_id, kind, number, &sha, now_ms).await?;
        tx.commit().await?;
        Ok(sha)
    }

    /// A document's bytes, verified; nothing when there is none of that kind and number.
    ///
    /// # Errors
    /// [`StoreError::BlobDamaged`], [`StoreError::BlobMissing`].
    pub async fn read_document(
        &self,
        case_id: CaseId,
        kind: DocumentKind,
        number: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let documents = self.documents(case_id).await?;
        match documents.iter().find(|document| document.kind == kind && document.number == number) {
            Some(document) => Ok(Some(self.read_blob(&document.sha).await?)),
            None => Ok(None),
        }
    }

    /// Accepted cases whose notice isn't stored yet, with its number: any of them, so that some that can't be had keep no
    /// other away.
    ///
    /// # Errors
    /// What the database says.
    pub async fn missing_notices(&self, limit: u32) -> Result<Vec<(CaseId, String)>, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT case_id, notice_number FROM case_ WHERE review = 'accepted' AND notice_number IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM document WHERE document.case_id = case_.case_id
                     AND kind = 'acceptance_notice' AND number = notice_number)
             ORDER BY random() LIMIT ?1",
        )
        .bind(i64::from(limit))
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.into_iter()
            .map(|(case_id, number)| {
                Ok((case_id.parse().map_err(|_| StoreError::Damaged("case id"))?, number))
            })
            .collect()
    }

    /// Papers of the office that aren't here yet, with their cases: any of them, as of notices.
    ///
    /// # Errors
    /// What the database says.
    pub async fn missing_issued(&self, limit: u32) -> Result<Vec<(CaseId, Issued)>, StoreError> {
        let rows: Vec<(String, String, String, String)> = sqlx::query_as(
            "SELECT case_id, kind, number, sha FROM issued
             WHERE EXISTS (SELECT 1 FROM case_ WHERE case_.case_id = issued.case_id)
                 AND NOT EXISTS (SELECT 1 FROM document WHERE document.case_id = issued.case_id
                     AND document.kind = issued.kind AND document.number = issued.number)
             ORDER BY random() LIMIT ?1",
        )
        .bind(i64::from(limit))
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.into_iter()
            .map(|(case_id, kind, number, sha)| {
                let kind = DocumentKind::parse(&kind).ok_or(StoreError::Damaged("document kind"))?;
                let sha = sha.parse().map_err(|_| StoreError::Damaged("hash of a document"))?;
                let case_id = case_id.parse().map_err(|_| StoreError::Damaged("case id"))?;
                Ok((case_id, Issued { kind, number, sha }))
            })
            .collect()
    }

    /// The documents of a case, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn documents(&self, case_id: CaseId) -> Result<Vec<DocumentRow>, StoreError> {
        let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
            "SELECT kind, number, sha, created_at_ms FROM document WHERE case_id = ?1 ORDER BY created_at_ms, kind",
        )
        .bind(case_id.to_string())
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.into_iter()
            .map(|(kind, number, sha, created_at_ms)| {
                Ok(DocumentRow {
                    kind: DocumentKind::parse(&kind).ok_or(StoreError::Damaged("document kind"))?,
                    number,
                    sha: sha.parse().map_err(|_| StoreError::Damaged("hash"))?,
                    created_at_ms,
                })
            })
            .collect()
    }
}

pub(crate) async fn write(
    conn: &mut Conn,
    case_id: CaseId,
    kind: DocumentKind,
    number: &str,
    sha: &Sha256,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO document (case_id, kind, number, sha, created_at_ms) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (case_id, kind, number)
         DO UPDATE SET sha = excluded.sha, created_at_ms = excluded.created_at_ms",
    )
    .bind(case_id.to_string())
    .bind(kind.as_str())
    .bind(number)
    .bind(sha.as_str())
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes a paper of the office, to be fetched.
pub(crate) async fn issued(conn: &mut Conn, case_id: CaseId, issued: &Issued) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO issued (number, case_id, kind, sha) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (number) DO NOTHING",
    )
    .bind(&issued.number)
    .bind(case_id.to_string())
    .bind(issued.kind.as_str())
    .bind(issued.sha.as_str())
    .execute(conn)
    .await?;
    Ok(())
}
