//! Printed matter of a case: rendered here from what is stored, or received from the backend.

use portal_contract::{
    Checklist, ChecklistGroup, ChecklistItem, Document, Fonts, Language as PrintLanguage, ReceiptPhoto,
    RenderError, SubmissionReceipt, document_checklist, render, submission_receipt,
};
use portal_domain::dossier::{MerchantKind, Slot};
use portal_domain::ids::CaseId;
use portal_domain::problem::{Due, RequirementReason};
use portal_domain::profile::{Profile, Text};
use portal_domain::requirement::requirements;
use portal_protocol::operation::Operation;
use portal_store::{CaseRow, DocumentKind as StoredKind, OpQuery};

use crate::App;
use crate::account::Account;
use crate::case::profile_of;
use crate::clock::beijing_text;
use crate::error::{CommandCode, CommandError};
use crate::failure::internal;
use crate::view::{DocumentKind, Language};

impl App {
    /// The PDF of a document.
    ///
    /// # Errors
    /// `not_found` when the case has no such document yet; `missing_glyph` naming the character.
    pub async fn document_read(&self, case_id: CaseId, kind: DocumentKind) -> Result<Vec<u8>, CommandError> {
        let account = match kind {
            DocumentKind::ContractToSign
            | DocumentKind::ContractReadingCopy
            | DocumentKind::SignedContract
            | DocumentKind::Contract
            | DocumentKind::PrintCopy => self.desk(case_id).await?.account,
            DocumentKind::Checklist
            | DocumentKind::LocalReceipt
            | DocumentKind::AcceptanceNotice
            | DocumentKind::PaperCopy
            | DocumentKind::CustodySheet
            | DocumentKind::TrainingCertificate
            | DocumentKind::ActivationLetter => self.account().await?,
        };
        let row = self.case_row(&account, case_id).await?;
        match kind {
            DocumentKind::Checklist => {
                let document = self.checklist(&row)?;
                self.print(document).await
            }
            DocumentKind::LocalReceipt => {
                let document = self.local_receipt(&account, &row).await?;
                self.print(document).await
            }
            DocumentKind::AcceptanceNotice => {
                let number = row.notice_number.as_deref().ok_or(CommandError::new(CommandCode::NotFound))?;
                let stored =
                    account.store.read_document(case_id, StoredKind::AcceptanceNotice, number).await?;
                stored.ok_or(CommandError::new(CommandCode::NotFound))
            }
            DocumentKind::ContractToSign => self.contract_pages(&account, case_id).await,
            DocumentKind::PaperCopy => self.contract_paper_copy(&account, case_id).await,
            DocumentKind::ContractReadingCopy => {
                let document = self.contract_reading_copy(&account, case_id).await?;
                self.print(document).await
            }
            DocumentKind::SignedContract => newest(&account, case_id, StoredKind::SignedContract).await,
            DocumentKind::Contract => newest(&account, case_id, StoredKind::Contract).await,
            DocumentKind::CustodySheet => newest(&account, case_id, StoredKind::CustodySheet).await,
            DocumentKind::TrainingCertificate => {
                newest(&account, case_id, StoredKind::TrainingCertificate).await
            }
            DocumentKind::ActivationLetter => newest(&account, case_id, StoredKind::ActivationLetter).await,
            DocumentKind::PrintCopy => {
                let contract = newest(&account, case_id, StoredKind::Contract).await?;
                self.contract_print_copy(&account, case_id, contract).await
            }
        }
    }

    async fn print(&self, document: Document) -> Result<Vec<u8>, CommandError> {
        self.blocking(move || {
            let fonts = Fonts::embedded().map_err(print_error)?;
            render(&document, fonts).map(|rendered| rendered.pdf).map_err(print_error)
        })
        .await
    }

    /// The receipt of the last submission made here: what was saved, with every photo's hash.
    async fn local_receipt(&self, account: &Account, row: &CaseRow) -> Result<Document, CommandError> {
        let number = row.local_receipt.clone().ok_or(CommandError::new(CommandCode::NotFound))?;
        let query = OpQuery { case_id: Some(row.case_id), ..OpQuery::default() };
        let ops = account.store.ops(query).await?;
        let op = ops
            .into_iter()
            .rev()
            .find(|op| op.local_receipt.as_deref() == Some(&number))
            .ok_or(CommandError::new(CommandCode::NotFound))?;
        let operation: Operation =
            serde_json::from_slice(&op.body).map_err(|error| internal("stored operation", &error))?;
        let submission = operation.change.submission().ok_or(CommandError::new(CommandCode::NotFound))?;
        let (profile, language) = (profile_of(row)?, self.settings().language);
        let photos = operation
            .blobs
            .iter()
            .filter_map(|blob| {
                Some(ReceiptPhoto {
                    slot_label: slot_label(profile, blob.slot.photo()?, language),
                    sha256: blob.sha.as_str().to_owned(),
                    size_bytes: blob.size,
                })
            })
            .collect();
        Ok(submission_receipt(&SubmissionReceipt {
            language: print_language(language),
            qr_payload: format!("ZG1;receipt;{number};{};{}", op.op_id, op.body_sha),
            receipt_number: number,
            op_id: op.op_id.to_string(),
            case_id: row.case_id.to_string(),
            merchant_name: submission.dossier.business.registered_name.clone(),
            kind_label: submission
                .dossier
                .kind
                .map(|kind| kind_label(kind, language))
                .unwrap_or_default()
                .to_owned(),
            product_labels: product_labels(profile, &submission.dossier.products, language),
            saved_at: timestamp(operation.made_at_ms),
            saved_at_text: beijing_text(operation.made_at_ms),
            device_id: operation.device_id.to_string(),
            photos,
        }))
    }

    /// What to prepare, by the rules for this merchant's kind and products.
    fn checklist(&self, row: &CaseRow) -> Result<Document, CommandError> {
        let (profile, language) = (profile_of(row)?, self.settings().language);
        let (mut now, mut later) = (Vec::new(), Vec::new());
        for requirement in requirements(&row.dossier, profile) {
            let Some(slot) = requirement.pointer.strip_prefix("/attachments/").and_then(Slot::parse) else {
                continue;
            };
            let item = ChecklistItem {
                name: slot_label(profile, slot, language),
                reason: reason_label(requirement.reason, language).to_owned(),
            };
            match requirement.due {
                Due::Now => now.push(item),
                Due::Later => later.push(item),
                Due::Blocked => {}
            }
        }
        let titles = match language {
            Language::Chinese => ["现在需要", "以后需要"],
            Language::English => ["Needed now", "Needed later"],
        };
        let groups = titles
            .into_iter()
            .zip([now, later])
            .filter(|(_, items)| !items.is_empty())
            .map(|(title, items)| ChecklistGroup { title: title.to_owned(), items })
            .collect();
        let name = row.dossier.display_name();
        let number = row.case_id.to_string();
        Ok(document_checklist(&Checklist {
            language: print_language(language),
            number: number.rsplit('-').next().unwrap_or_default().to_owned(),
            merchant_name: if name.is_empty() { None } else { Some(name.to_owned()) },
            product_labels: product_labels(profile, &row.dossier.products, language),
            prepared_at: timestamp(self.now()),
            prepared_at_text: beijing_text(self.now()),
            groups,
        }))
    }
}

/// The newest document of a kind.
async fn newest(account: &Account, case_id: CaseId, kind: StoredKind) -> Result<Vec<u8>, CommandError> {
    let documents = account.store.documents(case_id).await?;
    let newest = documents.into_iter().rev().find(|document| document.kind == kind);
    let newest = newest.ok_or(CommandError::new(CommandCode::NotFound))?;
    let stored = account.store.read_document(case_id, kind, &newest.number).await?;
    stored.ok_or(CommandError::new(CommandCode::NotFound))
}

pub(crate) fn print_error(error: RenderError) -> CommandError {
    match error {
        RenderError::MissingGlyph { ch } => {
            CommandError::new(CommandCode::MissingGlyph).field("/character", &ch.to_string())
        }
        other => internal("printing", &other),
    }
}

fn timestamp(ms: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

pub(crate) fn print_language(language: Language) -> PrintLanguage {
    match language {
        Language::Chinese => PrintLanguage::Zh,
        Language::English => PrintLanguage::En,
    }
}

fn pick(text: &Text, language: Language) -> String {
    match language {
        Language::Chinese => text.zh.clone(),
        Language::English => text.en.clone(),
    }
}

fn slot_label(profile: &Profile, slot: Slot, language: Language) -> String {
    profile.slot(slot).map_or_else(|| slot.as_str().to_owned(), |rule| pick(&rule.name, language))
}

fn product_labels(
    profile: &Profile,
    products: &[portal_domain::dossier::Product],
    language: Language,
) -> Vec<String> {
    products
        .iter()
        .filter_map(|product| profile.product(*product))
        .map(|rule| pick(&rule.name, language))
        .collect()
}

fn kind_label(kind: MerchantKind, language: Language) -> &'static str {
    let [zh, en] = match kind {
        MerchantKind::Micro => ["小微商户", "Micro merchant"],
        MerchantKind::SoleProprietor => ["个体工商户", "Sole proprietor"],
        MerchantKind::Enterprise => ["企业", "Enterprise"],
        MerchantKind::PublicInstitution => ["机关事业单位", "Public institution"],
        MerchantKind::NonProfit => ["民办非企业单位、社会团体", "Non-profit organisation"],
    };
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

fn reason_label(reason: RequirementReason, language: Language) -> &'static str {
    let [zh, en] = match reason {
        RequirementReason::Always => ["所有商户都需要", "Needed by every merchant"],
        RequirementReason::MerchantKind => ["因商户类型需要", "Because of the merchant's kind"],
        RequirementReason::Product => ["因所选产品需要", "Because of a chosen product"],
        RequirementReason::SeparateCertificates => ["非三证合一", "Certificates are not merged"],
        RequirementReason::AccountKind => ["因账户类型需要", "Because of the account's kind"],
        RequirementReason::AuthorisedSettler => ["结算人不是法人", "The settler isn't the legal person"],
        RequirementReason::FixedPlace => ["有固定经营场所", "There is a fixed place of business"],
        RequirementReason::OtherPlace => ["经营地与注册地不同", "The shop isn't where it is registered"],
        RequirementReason::Trade => ["行业要求", "The trade needs it"],
        RequirementReason::Returned => ["审核要求", "A reviewer asked for it"],
    };
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}
