use jiff::Timestamp;

use super::{heading, key_values};
use crate::document::{Align, Block, Document, Language, ListItem, Marker};
use crate::texts;

/// What a merchant prepares before applying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    pub language: Language,
    /// Number in the header, for example the case's or the profile version's.
    pub number: String,
    /// Left out when nobody in particular is addressed.
    pub merchant_name: Option<String>,
    /// Products, in the list's language.
    pub product_labels: Vec<String>,
    pub prepared_at: Timestamp,
    /// `prepared_at` as printed, in the local time zone.
    pub prepared_at_text: String,
    pub groups: Vec<ChecklistGroup>,
}

/// Documents that belong together, such as those of the legal person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChecklistGroup {
    pub title: String,
    pub items: Vec<ChecklistItem>,
}

/// A document and why it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChecklistItem {
    pub name: String,
    pub reason: String,
}

/// The list of documents to prepare (办理材料清单), with boxes to tick.
pub fn document_checklist(list: &Checklist) -> Document {
    let words = texts::of(list.language);
    let own = &words.checklist;
    let products = list.product_labels.join(words.receipt.separator);
    let mut facts = Vec::new();
    if let Some(name) = &list.merchant_name {
        facts.push((words.merchant, name.as_str()));
    }
    facts.push((own.products, products.as_str()));
    facts.push((own.prepared_at, list.prepared_at_text.as_str()));

    let count = list.groups.iter().map(|group| group.items.len()).sum();
    let mut blocks = vec![
        Block::Title { text: own.title.into(), subtitle: Some((own.total)(count)) },
        key_values(&facts),
        Block::Paragraph { text: own.hint.into(), align: Align::Justify },
    ];
    for group in list.groups.iter().filter(|group| !group.items.is_empty()) {
        let items = group.items.iter().map(|item| ListItem {
            text: item.name.clone(),
            remark: Some(item.reason.clone()).filter(|reason| !reason.is_empty()),
        });
        blocks.extend([heading(&group.title), Block::List { marker: Marker::Box, items: items.collect() }]);
    }
    Document {
        language: list.language,
        title: own.title.into(),
        number: list.number.clone(),
        created_at: list.prepared_at,
        banner: None,
        watermark: None,
        blocks,
    }
}
