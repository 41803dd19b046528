//! Tables that the form offers choices from.

use portal_domain::bank;
use portal_domain::division;
use portal_domain::mcc;
use portal_domain::profile::{Profile, Text};

use crate::App;
use crate::error::CommandError;
use crate::view::{BankView, DivisionView, MccView};

impl App {
    pub async fn reference_profile(&self) -> Result<Profile, CommandError> {
        Ok(self.profile_for_new_cases()?.clone())
    }

    pub async fn reference_divisions(&self) -> Result<Vec<DivisionView>, CommandError> {
        let view = |division: &division::Division| DivisionView {
            code: division.code().to_owned(),
            name: division.name().to_owned(),
            parent: division.parent().map(|parent| parent.code().to_owned()).unwrap_or_default(),
        };
        Ok(division::all().iter().map(view).collect())
    }

    pub async fn reference_mcc(&self) -> Result<Vec<MccView>, CommandError> {
        let view = |mcc: &mcc::Mcc| MccView {
            code: mcc.code.to_owned(),
            name: Text { zh: mcc.zh.to_owned(), en: mcc.en.to_owned() },
            group: mcc.group.code().to_owned(),
        };
        Ok(mcc::all().iter().map(view).collect())
    }

    pub async fn reference_banks(&self) -> Result<Vec<BankView>, CommandError> {
        let owned = |prefixes: &[&str]| prefixes.iter().map(|&prefix| prefix.to_owned()).collect();
        let view = |bank: &bank::Bank| BankView {
            name: bank.zh.to_owned(),
            english: bank.en.to_owned(),
            branch_prefix: bank.branch_prefix.to_owned(),
            card_prefixes: owned(&bank.card_prefixes),
        };
        Ok(bank::all().iter().map(view).collect())
    }
}
