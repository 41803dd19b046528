//! The acquiring services agreement of one case: what the server offers, and the document that both sides make of it.
//!
//! The merchant's computer and the backend fill the same template with the same offer and the same case document, so
//! that the backend can render what was signed a second time and compare bytes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use portal_domain::division;
use portal_domain::dossier::{Dossier, MerchantKind, Person};
use portal_domain::profile::Profile;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::document::{Document, Language};
use crate::evidence::TemplateRef;
use crate::template::{Filling, Quote, Template, TemplateError, Turnover, builtin};

/// Template of the agreement.
const TEMPLATE: &str = "acquiring-agreement";

/// A binding offer of the issuer. It is sealed by the issuer (see [`crate::sealed`]); nothing in it comes from the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    pub contract_no: String,
    /// The pinned text.
    pub template: TemplateRef,
    pub issuer: Issuer,
    pub term_years: u8,
    pub issued_at: Timestamp,
    pub quote: Quote,
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
    let newest = texts()?.max_by_key(|template| template.version);
    let newest = newest.ok_or_else(|| unknown(TEMPLATE, "any"))?;
    Ok(TemplateRef {
        id: newest.id.clone(),
        version: newest.version.to_string(),
        sha256: newest.sha256().map_err(AgreementError::from)?,
    })
}

fn texts() -> Result<impl Iterator<Item = &'static Template>, AgreementError> {
    texts_in(Language::Zh)
}

fn texts_in(language: Language) -> Result<impl Iterator<Item = &'static Template>, AgreementError> {
    let agreement = move |template: &&Template| template.id == TEMPLATE && template.language == language;
    Ok(builtin()?.iter().filter(agreement))
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
        let filling = self.filling(dossier, profile, turnovers, Language::Zh);
        Ok(self.template()?.fill(&filling)?)
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
        let version = &self.template.version;
        let copy = texts_in(Language::En)?.find(|template| template.version.to_string() == *version);
        let copy = copy.ok_or_else(|| unknown(TEMPLATE, version))?;
        Ok(copy.fill(&self.filling(dossier, profile, turnovers, Language::En))?)
    }

    /// SHA-256 of the values that fill the template, lower-case hex: what the evidence names.
    ///
    /// # Errors
    /// [`TemplateError`], which no value gives.
    pub fn data_sha256(
        &self,
        dossier: &Dossier,
        profile: &Profile,
        turnovers: &[Turnover],
    ) -> Result<String, TemplateError> {
        let filling = self.filling(dossier, profile, turnovers, Language::Zh);
        let data = serde_json::to_vec(&(&filling.values, &filling.quote, &filling.turnovers))
            .map_err(|error| TemplateError::Malformed(error.to_string()))?;
        Ok(hex::encode(Sha256::digest(data)))
    }

    fn template(&self) -> Result<&'static Template, AgreementError> {
        let wanted = &self.template;
        let found = texts()?
            .find(|template| template.id == wanted.id && template.version.to_string() == wanted.version)
            .ok_or_else(|| unknown(&wanted.id, &wanted.version))?;
        if found.sha256()? == wanted.sha256 { Ok(found) } else { Err(AgreementError::OtherTemplate) }
    }

    fn filling(
        &self,
        dossier: &Dossier,
        profile: &Profile,
        turnovers: &[Turnover],
        language: Language,
    ) -> Filling {
        let values: BTreeMap<String, String> = [
            ("contract_number", self.contract_no.clone()),
            ("place", division::full_name(&dossier.business.division).unwrap_or_default()),
            ("merchant_name", dossier.business.registered_name.trim().to_owned()),
            ("merchant_uscc", identity(dossier)),
            ("merchant_address", address(dossier)),
            ("signer_name", signer(dossier).name.trim().to_owned()),
            ("signer_role", in_language(signer_role(dossier), language).to_owned()),
            ("contact_phone", masked(&dossier.contact.mobile, 3, 4)),
            ("settlement_account", account(dossier, language)),
            ("issuer_name", self.issuer.name.clone()),
            ("issuer_address", self.issuer.address.clone()),
            ("issuer_phone", self.issuer.phone.clone()),
            ("products", products(dossier, profile, language)),
            ("term_years", self.term_years.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        Filling {
            number: self.contract_no.clone(),
            // The offer's time, so that a second rendering gives the same bytes.
            created_at: self.issued_at,
            values,
            quote: Some(self.quote.clone()),
            turnovers: turnovers.to_vec(),
            draft: false,
        }
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

fn account(dossier: &Dossier, language: Language) -> String {
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

fn products(dossier: &Dossier, profile: &Profile, language: Language) -> String {
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
