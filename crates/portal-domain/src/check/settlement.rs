//! The settlement account: whether this merchant may have it, its numbers, and whose it is.

use super::{Case, people, value};
use crate::branch;
use crate::dossier::{AccountKind, MerchantKind, SettlerKind};
use crate::identifier::{BankCard, Cnaps, IdentifierError};
use crate::problem::{Problem, ProblemCode};

const NUMBER: &str = "/settlement/number";

pub(super) fn find(case: &Case, found: &mut Vec<Problem>) {
    kind(case, found);
    let account = &case.dossier.settlement;
    if branch::is_checked(case.dossier, NUMBER) {
        if value::is_filled(&account.number) {
            found.extend(number(case, &account.number));
        }
        if value::is_filled(&account.branch_code) {
            found.extend(branch_code(&account.branch_code));
        }
        holder(case, found);
    }
    if branch::counts(case.dossier, "/settlement/settler_person") {
        people::person(case, "/settlement/settler_person", &account.settler_person, found);
        let legal_number = &case.dossier.legal_person.id_number;
        let settler_number = &account.settler_person.id_number;
        let place = "/settlement/settler_person/id_number";
        value::different(place, settler_number, "/legal_person/id_number", legal_number, found);
    }
}

fn kind(case: &Case, found: &mut Vec<Problem>) {
    let account = &case.dossier.settlement;
    let (Some(merchant), Some(chosen)) = (case.dossier.kind, account.kind) else { return };
    let Some(rule) = case.profile.account(merchant) else { return };
    if !rule.accounts.contains(&chosen) {
        found.push(Problem::blocking("/settlement/kind", ProblemCode::AccountKindNotAllowed));
    } else if chosen == AccountKind::Corporate && account.to_be_opened && !rule.may_open_later {
        found.push(Problem::blocking("/settlement/to_be_opened", ProblemCode::NotOffered));
    }
}

/// Corporate accounts have no common check digit. A private account that is a UnionPay card (62…, 16 digits or more)
/// has one that must match; passbooks and older accounts may have none, so for them it only warns.
fn number(case: &Case, text: &str) -> Option<Problem> {
    match case.dossier.settlement.kind {
        None | Some(AccountKind::Corporate) => value::digits(NUMBER, text, 6, 34),
        Some(AccountKind::Private) => {
            let error = BankCard::parse(text).err()?;
            let is_card = text.starts_with("62") && text.len() >= 16;
            Some(value::identifier_problem(NUMBER, error, is_card && case.profile.limits.checksums_block))
        }
    }
}

/// The check digit of branch codes is found, not documented: it only warns.
fn branch_code(text: &str) -> Option<Problem> {
    let place = "/settlement/branch_code";
    Cnaps::parse(text).err().map(|error: IdentifierError| value::identifier_problem(place, error, false))
}

/// 同名账户: a corporate account is in the licence's name, a private one in the name of who receives the money.
fn holder(case: &Case, found: &mut Vec<Problem>) {
    let (dossier, account) = (case.dossier, &case.dossier.settlement);
    let (owner_place, owner) = match (account.kind, account.settler) {
        (None, _) => return,
        (Some(AccountKind::Corporate), _) if dossier.kind == Some(MerchantKind::Micro) => return,
        (Some(AccountKind::Corporate), _) => ("/licence/name", &dossier.licence.name),
        (Some(AccountKind::Private), SettlerKind::LegalPerson) => {
            ("/legal_person/name", &dossier.legal_person.name)
        }
        (Some(AccountKind::Private), SettlerKind::Authorised) => {
            ("/settlement/settler_person/name", &account.settler_person.name)
        }
    };
    value::same_name("/settlement/holder", &account.holder, owner_place, owner, found);
}
