//! The steps of the application wizard, and which step a place of the document belongs to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One page of the wizard, in order.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 类型与产品.
    KindAndProducts,
    /// 基本信息, with the licence.
    Business,
    /// 法人与受益人, with the contact.
    People,
    /// 经营场所.
    Premises,
    /// 结算账户.
    Settlement,
    /// 证照照片.
    Photos,
    /// 费率, with the number of terminals.
    Fees,
    /// 核对提交.
    Review,
}

impl Step {
    pub const ALL: [Self; 8] = [
        Self::KindAndProducts,
        Self::Business,
        Self::People,
        Self::Premises,
        Self::Settlement,
        Self::Photos,
        Self::Fees,
        Self::Review,
    ];
}

/// The step on which the place at `pointer` is filled in; consents, reasons for numbers, and what the
/// document doesn't have, are reviewed.
pub fn step_of(pointer: &str) -> Step {
    match pointer.split('/').nth(1).unwrap_or_default() {
        "kind" | "products" => Step::KindAndProducts,
        "business" | "licence" => Step::Business,
        "legal_person" | "beneficial_owners" | "contact" => Step::People,
        "shop" => Step::Premises,
        "settlement" => Step::Settlement,
        "attachments" => Step::Photos,
        "fees" | "terminals" => Step::Fees,
        _ => Step::Review,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pointer::document_pointers;

    #[test]
    fn every_part_of_the_document_has_its_step() {
        for pointer in document_pointers() {
            let reviewed = step_of(pointer) == Step::Review;
            let is_last = pointer.starts_with("/consents") || pointer.starts_with("/overrides");
            assert_eq!(reviewed, is_last, "{pointer}");
        }
        for step in Step::ALL {
            assert!(document_pointers().iter().any(|pointer| step_of(pointer) == step), "{step:?} is empty");
        }
    }
}
