//! Contract templates: signed data with a version, filled with a case's values and a server's quote.
//!
//! A template is blocks of a [`Document`](crate::Document) whose texts may name values in double braces, and three
//! blocks of its own: the fee table and the cost card, which come from the quote, and the place of the annexes. The same template, values and quote
//! give the same document, hence the same bytes, on every computer.

mod builtin;
mod fees;
mod quote;

pub use builtin::{BUILTIN, builtin};
pub(crate) use fees::money;
pub use quote::{CostCard, CostLine, Fen, Quote, QuotedFee, SettlementCycle, Turnover, yuan};

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::document::{Banner, Block, Document, Language, Tone};

/// A template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Stable name, such as `acquiring-agreement`.
    pub id: String,
    /// Grows with every change of the text.
    pub version: Version,
    /// First day on which it may be signed.
    pub effective_from: Date,
    pub language: Language,
    /// A copy for reading only: it has no places to sign.
    #[serde(default)]
    pub reading_copy: bool,
    pub title: String,
    /// Names of the values that must be given, and no others.
    pub values: BTreeSet<String>,
    pub blocks: Vec<TemplateBlock>,
}

/// A semantic version: a new major number changes rights or duties, a minor one adds, a patch corrects words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version {
    pub major: u16,
    pub minor: u16,
    pub patch: u16,
}

/// One block of a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum TemplateBlock {
    Quoted(QuotedBlock),
    Annexed(AnnexedBlock),
    Plain(Block),
}

/// A block that is made from other papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "kebab-case")]
pub enum AnnexedBlock {
    /// The annexes one after the other, each on pages of its own, and what follows them on a new one.
    Annexes,
}

/// A block that is made from the quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "kebab-case")]
pub enum QuotedBlock {
    /// Every fee with its rate, cap and an example.
    FeeTable,
    /// What the merchant's expected turnover costs.
    CostCard,
}

/// What a template is filled with.
#[derive(Debug, Clone, PartialEq)]
pub struct Filling {
    /// Number of the contract, in the head of every page.
    pub number: String,
    /// Written into the file; the time of the quote, so that a second rendering gives the same bytes.
    pub created_at: Timestamp,
    pub values: BTreeMap<String, String>,
    /// None for papers without fees.
    pub quote: Option<Quote>,
    pub turnovers: Vec<Turnover>,
    /// Filled annexes, in order.
    pub annexes: Vec<Document>,
    /// An unsigned copy, which carries 未生效 across every page.
    pub draft: bool,
}

/// Why a template can't be read or filled.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TemplateError {
    /// Not a template.
    #[error("not a template: {0}")]
    Malformed(String),
    /// A text names a value that the template does not declare.
    #[error("the template uses the value {0:?} without declaring it")]
    Undeclared(String),
    /// A declared value is absent or empty.
    #[error("the value {0:?} is missing")]
    Missing(String),
    /// A value was given that the template does not know.
    #[error("the template has no value {0:?}")]
    Unknown(String),
    /// The template has a fee table and there is no quote.
    #[error("the quote is missing")]
    NoQuote,
    /// There are annexes and the template has no place for them.
    #[error("the template has no place for annexes")]
    NoPlaceForAnnexes,
}

impl Template {
    /// Reads a template and checks that it declares what it uses.
    ///
    /// # Errors
    /// [`TemplateError::Malformed`], [`TemplateError::Undeclared`].
    pub fn from_json(json: &str) -> Result<Self, TemplateError> {
        let template: Self = serde_json::from_str(json).map_err(malformed)?;
        for name in template.used()? {
            if !template.values.contains(&name) {
                return Err(TemplateError::Undeclared(name));
            }
        }
        Ok(template)
    }

    /// SHA-256 of the template's canonical JSON, lower-case hex: what a signature and the evidence name.
    ///
    /// # Errors
    /// [`TemplateError::Malformed`], which no template that was read gives.
    pub fn sha256(&self) -> Result<String, TemplateError> {
        Ok(hex::encode(Sha256::digest(serde_json::to_vec(self).map_err(malformed)?)))
    }

    /// Whether it has fees, so that a quote is needed.
    pub fn needs_quote(&self) -> bool {
        self.blocks.iter().any(|block| matches!(block, TemplateBlock::Quoted(_)))
    }

    /// The document that is read, signed and printed.
    ///
    /// # Errors
    /// [`TemplateError`] naming the value.
    pub fn fill(&self, filling: &Filling) -> Result<Document, TemplateError> {
        for name in &self.values {
            if filling.values.get(name).is_none_or(|value| value.trim().is_empty()) {
                return Err(TemplateError::Missing(name.clone()));
            }
        }
        if let Some(name) = filling.values.keys().find(|name| !self.values.contains(*name)) {
            return Err(TemplateError::Unknown(name.clone()));
        }
        let annexed = |block: &TemplateBlock| matches!(block, TemplateBlock::Annexed(_));
        if !filling.annexes.is_empty() && !self.blocks.iter().any(annexed) {
            return Err(TemplateError::NoPlaceForAnnexes);
        }
        let mut blocks = Vec::new();
        for block in &self.blocks {
            match block {
                TemplateBlock::Annexed(AnnexedBlock::Annexes) => {
                    for annex in &filling.annexes {
                        blocks.push(Block::PageBreak);
                        blocks.extend(annex.blocks.iter().cloned());
                    }
                    if !filling.annexes.is_empty() {
                        blocks.push(Block::PageBreak);
                    }
                }
                TemplateBlock::Plain(block) => blocks.push(fill_block(block, &filling.values)?),
                TemplateBlock::Quoted(block) => {
                    let quote = filling.quote.as_ref().ok_or(TemplateError::NoQuote)?;
                    blocks.extend(match block {
                        QuotedBlock::FeeTable => fees::fee_table(quote, self.language),
                        QuotedBlock::CostCard => fees::cost_card(quote, &filling.turnovers, self.language),
                    });
                }
            }
        }
        let words = |zh: &str, en: &str| match self.language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        };
        let banner = self.reading_copy.then(|| Banner {
            text: words(
                "阅读译本：以中文文本为准",
                "Reading copy: the Chinese text is the contract and prevails",
            ),
            tone: Tone::Caution,
        });
        Ok(Document {
            language: self.language,
            title: self.title.clone(),
            number: filling.number.clone(),
            created_at: filling.created_at,
            banner,
            watermark: filling.draft.then(|| words("未生效", "NOT IN EFFECT")),
            blocks,
        })
    }

    fn used(&self) -> Result<BTreeSet<String>, TemplateError> {
        let mut names = BTreeSet::new();
        for block in &self.blocks {
            let json = serde_json::to_value(block).map_err(malformed)?;
            let mut unclosed = 0;
            each_text(&json, &mut |text| {
                let found = pieces(text).filter_map(|piece| match piece {
                    Piece::Value(name) => Some(name.to_owned()),
                    Piece::Text(_) => None,
                });
                let found: Vec<String> = found.collect();
                unclosed += text.matches("{{").count().abs_diff(found.len());
                names.extend(found);
            });
            if unclosed > 0 {
                return Err(TemplateError::Malformed("braces that are not closed".into()));
            }
        }
        Ok(names)
    }
}

fn malformed(error: serde_json::Error) -> TemplateError {
    TemplateError::Malformed(error.to_string())
}

fn fill_block(block: &Block, values: &BTreeMap<String, String>) -> Result<Block, TemplateError> {
    let mut json = serde_json::to_value(block).map_err(malformed)?;
    replace_texts(&mut json, values);
    serde_json::from_value(json).map_err(malformed)
}

fn each_text(json: &Value, see: &mut impl FnMut(&str)) {
    match json {
        Value::String(text) => see(text),
        Value::Array(items) => items.iter().for_each(|item| each_text(item, see)),
        Value::Object(fields) => fields.values().for_each(|field| each_text(field, see)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn replace_texts(json: &mut Value, values: &BTreeMap<String, String>) {
    match json {
        Value::String(text) => {
            let filled: String = pieces(text)
                .map(|piece| match piece {
                    Piece::Text(text) => text,
                    Piece::Value(name) => values.get(name).map_or("", String::as_str),
                })
                .collect();
            *text = filled;
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace_texts(item, values)),
        Value::Object(fields) => fields.values_mut().for_each(|field| replace_texts(field, values)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

enum Piece<'a> {
    Text(&'a str),
    Value(&'a str),
}

/// Cuts a text at its `{{names}}`. What a value contains is never cut again.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    text.split("{{")
        .enumerate()
        .flat_map(|(index, part)| match part.split_once("}}") {
            Some((name, rest)) if index > 0 => [Some(Piece::Value(name.trim())), Some(Piece::Text(rest))],
            _ => [Some(Piece::Text(part)), None],
        })
        .flatten()
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

impl TryFrom<String> for Version {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parts: Option<Vec<u16>> = text.split('.').map(|part| part.parse().ok()).collect();
        match parts.as_deref() {
            Some(&[major, minor, patch]) => {
                let version = Self { major, minor, patch };
                // One spelling only: no "1.02.0", no "+1".
                if version.to_string() == text { Ok(version) } else { Err(format!("not a version: {text}")) }
            }
            _ => Err(format!("not a version: {text}")),
        }
    }
}
