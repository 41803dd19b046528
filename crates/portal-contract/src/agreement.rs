//! The acquiring services agreement of one case: what the server offers, the document that both sides make of it, and the
//! custody sheet that goes with the terminals later.
//!
//! The merchant's computer and the backend fill the same template with the same offer and the same case document, so
//! that the backend can render what was signed a second time and compare bytes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use portal_domain::branch::has_authorised_settler;
use portal_domain::division;
use portal_domain::dossier::{Dossier, MerchantKind, Person};
use portal_domain::profile::Profile;
use portal_domain::progress::Terminal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::document::{Document, Language};
use crate::evidence::{Ceremony, ConsentKind, TemplateRef};
use crate::template::{Filling, Quote, Template, TemplateError, Turnover, builtin, money};

/// Template of the agreement.
const TEMPLATE: &str = "acquiring-agreement";
/// Annexed to every agreement.
const PRIVACY_CONSENT: &str = "privacy-consent";
/// Annexed where settlements go to somebody else's account.
const SETTLEMENT_AUTHORISATION: &str = "settlement-authorisation";

/// Signed by hand where terminals are handed over.
const TERMINAL_CUSTODY: &str = "terminal-custody";

/// A binding offer of the issuer. It is sealed by the issuer (see [`crate::sealed`]); nothing in it comes from the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    pub contract_no: String,
    /// The pinned text.
    pub template: TemplateRef,
    /// The papers that the merchant agrees to one by one, pinned too: they are part of the document. Offers of before there
    /// were any have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annexes: Vec<TemplateRef>,
    /// To whom the issuer gives personal data, as the privacy consent names them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub recipients: String,
    pub issuer: Issuer,
    pub term_years: u8,
    pub issued_at: Timestamp,
    pub quote: Quote,
}

/// What is handed over at an installation.
#[derive(Debug, Clone, Copy)]
pub struct Handover<'a> {
    /// Of the sheet.
    pub number: &'a str,
    pub at: Timestamp,
    pub terminals: &'a [Terminal],
    pub accessories: &'a str,
}

/// Who offers, as the agreement names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    pub name: String,
    pub address: String,
    pub phone: String,
}

/// Why an offer gives no document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AgreementError {
    /// Another version of the program has this text, or nobody.
    #[error("the template {id} {version} is not known")]
    UnknownTemplate { id: String, version: String },
    /// The text of that name and version is another one.
    #[error("the template is not the one that was pinned")]
    OtherTemplate,
    /// Something of the text or its values.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// The newest text of the agreement that this program has, as an offer pins it.
///
/// # Errors
/// [`AgreementError`].
pub fn newest_template() -> Result<TemplateRef, AgreementError> {
    newest(TEMPLATE)
}

/// The newest annexes of a case's agreement, as an offer pins them: the privacy consent, and where settlements go to an
/// account of somebody who was authorised, the merchant's letter that says so.
///
/// # Errors
/// [`AgreementError`].
pub fn newest_annexes(dossier: &Dossier) -> Result<Vec<TemplateRef>, AgreementError> {
    let authorisation = has_authorised_settler(dossier).then_some(SETTLEMENT_AUTHORISATION);
    std::iter::once(PRIVACY_CONSENT).chain(authorisation).map(newest).collect()
}

fn newest_text(id: &str) -> Result<&'static Template, AgreementError> {
    let of_id = |template: &&Template| template.id == id && template.language == Language::Zh;
    let newest = builtin()?.iter().filter(of_id).max_by_key(|template| template.version);
    newest.ok_or_else(|| unknown(id, "any"))
}

fn newest(id: &str) -> Result<TemplateRef, AgreementError> {
    let newest = newest_text(id)?;
    Ok(TemplateRef {
        id: newest.id.clone(),
        version: newest.version.to_string(),
        sha256: newest.sha256().map_err(AgreementError::from)?,
    })
}

/// The text that was pinned; in another language than Chinese its reading copy.
fn pinned(wanted: &TemplateRef, language: Language) -> Result<&'static Template, AgreementError> {
    let named = |template: &&Template| {
        template.id == wanted.id
            && template.version.to_string() == wanted.version
            && template.language == language
    };
    let found = builtin()?.iter().find(named).ok_or_else(|| unknown(&wanted.id, &wanted.version))?;
    if language == Language::Zh && found.sha256()? != wanted.sha256 {
        return Err(AgreementError::OtherTemplate);
    }
    Ok(found)
}

fn unknown(id: &str, version: &str) -> AgreementError {
    AgreementError::UnknownTemplate { id: id.to_owned(), version: version.to_owned() }
}

impl Offer {
    /// The document that is read, signed and rendered again. `turnovers` are what the merchant expects to take in; the
    /// cost card is made of them.
    ///
    /// # Errors
    /// [`AgreementError`], naming a value that the case document lacks.
    pub fn document(
        &self,
        dossier: &Dossier,
        profile: &Profile,
        turnovers: &[Turnover],
    ) -> Result<Document, AgreementError> {
        let filling = self.filling(dossier, profile, turnovers, Language::Zh)?;
        Ok(pinned(&self.template, Language::Zh)?.fill(&filling)?)
    }

    /// The pinned annexes in the order in which they stand in the document.
    ///
    /// # Errors
    /// [`AgreementError`] for one that this program doesn't have.
    pub fn annexes(&self, language: Language) -> Result<Vec<&'static Template>, AgreementError> {
        self.annexes.iter().map(|annex| pinned(annex, language)).collect()
    }

    /// Whether the record tells of a tick for every annex. When it was given is told and not judged: a clock that is set
    /// right between tick and signature must not cost the merchant the signature.
    pub fn is_agreed_in(&self, ceremony: &Ceremony) -> bool {
        self.annexes.iter().all(|annex| {
            ceremony.consents.iter().any(|consent| {
                consent.sha256 == annex.sha256
                    && consent.version == annex.version
                    && consent.kind == ConsentKind::Check
            })
        })
    }

    /// The same in English, for reading: it says of itself that the Chinese text binds, and can't be signed.
    ///
    /// # Errors
    /// As [`Self::document`].
    pub fn reading_copy(
        &self,
        dossier: &Dossier,
        profile: &Profile,
        turnovers: &[Turnover],
    ) -> Result<Document, AgreementError> {
        let filling = self.filling(dossier, profile, turnovers, Language::En)?;
        Ok(pinned(&self.template, Language::En)?.fill(&filling)?)
    }

    /// SHA-256 of the values that fill the template, lower-case hex: what the evidence names.
    ///
    /// # Errors
    /// [`AgreementError`], as [`Self::document`].
    pub fn data_sha256(
        &self,
        dossier: &Dossier,
        profile: &Profile,
        turnovers: &[Turnover],
    ) -> Result<String, AgreementError> {
        let Filling { values, quote, turnovers, annexes, .. } =
            self.filling(dossier, profile, turnovers, Language::Zh)?;
        // Without annexes as it was hashed before there were any.
        let data = if annexes.is_empty() {
            serde_json::to_vec(&(values, quote, turnovers))
        } else {
            serde_json::to_vec(&(values, quote, turnovers, annexes))
        };
        let data = data.map_err(|error| TemplateError::Malformed(error.to_string()))?;
        Ok(hex::encode(Sha256::digest(data)))
    }

    fn filling(
        &self,
        dossier: &Dossier,
        profile: &Profile,
        turnovers: &[Turnover],
        language: Language,
    ) -> Result<Filling, AgreementError> {
        let values = self.values(dossier, profile, language);
        let annexes = self.annexes(language)?.into_iter().map(|annex| {
            let known = self.annex_values(dossier).into_iter().chain(values.clone());
            let filling = Filling {
                values: known.filter(|(name, _)| annex.values.contains(name)).collect(),
                ..self.bare()
            };
            annex.fill(&filling)
        });
        let annexes = annexes.collect::<Result<_, _>>()?;
        let (quote, turnovers) = (Some(self.quote.clone()), turnovers.to_vec());
        Ok(Filling { values, quote, turnovers, annexes, ..self.bare() })
    }

    /// The sheet on which the merchant takes terminals into custody, under the terms of this offer.
    ///
    /// # Errors
    /// [`AgreementError`], naming a value that is empty.
    pub fn custody_sheet(
        &self,
        dossier: &Dossier,
        handover: &Handover<'_>,
    ) -> Result<Document, AgreementError> {
        let terminals = handover.terminals;
        // The quote has the deposit of every terminal that was applied for; fewer may be handed over at first.
        let applied_for = u64::from(dossier.terminals.count.unwrap_or(1)).max(1);
        let each_deposit_fen = self.quote.deposit_fen / applied_for;
        let mut models: Vec<&str> = Vec::new();
        for terminal in terminals {
            if !models.contains(&terminal.model.trim()) {
                models.push(terminal.model.trim());
            }
        }
        // Which serial number is of which model, where there are several.
        let named = |terminal: &Terminal| match models.as_slice() {
            [_] => terminal.serial.clone(),
            _ => format!("{}（{}）", terminal.serial, terminal.model.trim()),
        };
        let serials: Vec<String> = terminals.iter().map(named).collect();
        let values = [
            ("accessories", handover.accessories.trim().to_owned()),
            ("contract_number", self.contract_no.clone()),
            ("deposit", money(each_deposit_fen.saturating_mul(terminals.len() as u64))),
            ("issuer_name", self.issuer.name.clone()),
            ("issuer_phone", self.issuer.phone.clone()),
            ("merchant_address", address(dossier)),
            ("merchant_name", dossier.business.registered_name.trim().to_owned()),
            ("terminal_count", terminals.len().to_string()),
            ("terminal_model", models.join("、")),
            ("terminal_serials", serials.join("、")),
        ];
        let filling = Filling {
            number: handover.number.to_owned(),
            created_at: handover.at,
            values: values.map(|(name, value)| (name.to_owned(), value)).into(),
            ..self.bare()
        };
        Ok(newest_text(TERMINAL_CUSTODY)?.fill(&filling)?)
    }

    fn bare(&self) -> Filling {
        Filling {
            number: self.contract_no.clone(),
            // The offer's time, so that a second rendering gives the same bytes.
            created_at: self.issued_at,
            values: BTreeMap::new(),
            quote: None,
            turnovers: Vec::new(),
            annexes: Vec::new(),
            draft: false,
        }
    }

    /// What only annexes name.
    fn annex_values(&self, dossier: &Dossier) -> [(String, String); 3] {
        let settler = &dossier.settlement.settler_person;
        [
            ("recipients", self.recipients.trim().to_owned()),
            ("settler_name", settler.name.trim().to_owned()),
            ("settler_id", masked(&settler.id_number, 3, 4)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
    }

    fn values(&self, dossier: &Dossier, profile: &Profile, language: Language) -> BTreeMap<String, String> {
        [
            ("contract_number", self.contract_no.clone()),
            ("place", division::full_name(&dossier.business.division).unwrap_or_default()),
            ("merchant_name", dossier.business.registered_name.trim().to_owned()),
            ("merchant_uscc", identity(dossier)),
            ("merchant_address", address(dossier)),
            ("signer_name", signer(dossier).name.trim().to_owned()),
            ("signer_role", in_language(signer_role(dossier), language).to_owned()),
            ("contact_phone", masked(&dossier.contact.mobile, 3, 4)),
            ("settlement_account", settlement_account(dossier, language)),
            ("issuer_name", self.issuer.name.clone()),
            ("issuer_address", self.issuer.address.clone()),
            ("issuer_phone", self.issuer.phone.clone()),
            ("products", product_names(dossier, profile, language)),
            ("term_years", self.term_years.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }
}

/// The natural person who signs for the merchant.
pub fn signer(dossier: &Dossier) -> &Person {
    &dossier.legal_person
}

/// Chinese and English.
fn signer_role(dossier: &Dossier) -> [&'static str; 2] {
    match dossier.kind {
        Some(MerchantKind::Micro) | None => ["负责人", "person in charge"],
        Some(MerchantKind::SoleProprietor) => ["经营者", "proprietor"],
        Some(MerchantKind::Enterprise | MerchantKind::PublicInstitution | MerchantKind::NonProfit) => {
            ["法定代表人", "legal representative"]
        }
    }
}

fn in_language<T>([zh, en]: [T; 2], language: Language) -> T {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// The licence's number; of a natural person the masked number of the identity card.
fn identity(dossier: &Dossier) -> String {
    match dossier.licence.number.trim() {
        "" => masked(&dossier.legal_person.id_number, 3, 4),
        number => number.to_owned(),
    }
}

fn address(dossier: &Dossier) -> String {
    let (shop, business) = (&dossier.shop, &dossier.business);
    let (division, street) = if shop.same_as_registered || shop.address.trim().is_empty() {
        (&business.division, &business.address)
    } else {
        (&shop.division, &shop.address)
    };
    format!("{}{}", division::full_name(division).unwrap_or_default(), street.trim())
}

/// Holder, masked number and bank of the account that is settled to.
pub fn settlement_account(dossier: &Dossier, language: Language) -> String {
    let account = &dossier.settlement;
    if account.to_be_opened {
        let said = [
            "对公账户待开立，开立后另行签字确认",
            "company account to be opened, and then confirmed with a signature",
        ];
        return in_language(said, language).to_owned();
    }
    let bank = match account.branch_name.trim() {
        "" => account.bank_name.trim(),
        branch => branch,
    };
    format!("{}　{}　{bank}", account.holder.trim(), masked(&account.number, 6, 4))
}

/// The names of the products, as one text.
pub fn product_names(dossier: &Dossier, profile: &Profile, language: Language) -> String {
    let named = |product: &_| {
        let name = &profile.product(*product)?.name;
        Some(in_language([name.zh.as_str(), name.en.as_str()], language))
    };
    let named: Vec<&str> = dossier.products.iter().filter_map(named).collect();
    named.join(in_language(["、", ", "], language))
}

/// A number with its middle as asterisks.
fn masked(number: &str, head: usize, tail: usize) -> String {
    let characters: Vec<char> = number.trim().chars().collect();
    let last = characters.len().saturating_sub(tail);
    let hide = |(index, character): (usize, &char)| {
        if index >= head && index < last { '*' } else { *character }
    };
    characters.iter().enumerate().map(hide).collect()
}
