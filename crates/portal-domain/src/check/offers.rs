//! What the acquirer offers: merchant kinds, products, fees, terminals.

use super::Case;
use crate::problem::{Problem, ProblemCode};

pub(super) fn find(case: &Case, found: &mut Vec<Problem>) {
    if case.dossier.kind.is_some_and(|kind| case.profile.account(kind).is_none()) {
        found.push(Problem::blocking("/kind", ProblemCode::NotOffered));
    }
    products(case, found);
    fees(case, found);
    let limits = &case.profile.limits;
    let (min, max) = (limits.min_terminals, limits.max_terminals);
    if case.dossier.terminals.count.is_some_and(|count| !(min..=max).contains(&count)) {
        found.push(out_of_range("/terminals/count", min, max));
    }
}

fn products(case: &Case, found: &mut Vec<Problem>) {
    let chosen = &case.dossier.products;
    for (index, product) in chosen.iter().enumerate() {
        let code = match case.profile.product(*product) {
            None => ProblemCode::NotOffered,
            Some(rule) if case.dossier.kind.is_some_and(|kind| !rule.kinds.contains(&kind)) => {
                ProblemCode::ProductNotOffered
            }
            Some(_) if chosen[..index].contains(product) => ProblemCode::Duplicate,
            Some(_) => continue,
        };
        found.push(Problem::blocking(format!("/products/{index}"), code));
    }
}

fn fees(case: &Case, found: &mut Vec<Problem>) {
    let agreed = &case.dossier.fees;
    for (index, fee) in agreed.iter().enumerate() {
        let place = format!("/fees/{index}");
        if agreed[..index].iter().any(|earlier| earlier.service == fee.service) {
            found.push(Problem::blocking(&place, ProblemCode::Duplicate));
        }
        let Some(rule) = case.profile.fee(fee.service) else {
            found.push(Problem::blocking(&place, ProblemCode::NotOffered));
            continue;
        };
        if fee.rate.is_some_and(|rate| !(rule.min_rate..=rule.max_rate).contains(&rate)) {
            found.push(out_of_range(format!("{place}/rate"), rule.min_rate, rule.max_rate));
        }
        match (fee.cap_fen, rule.min_cap_fen) {
            (None, _) => {}
            (Some(_), None) => {
                found.push(Problem::blocking(format!("{place}/cap_fen"), ProblemCode::NotOffered));
            }
            (Some(cap), Some(min)) if cap < min => {
                let problem = Problem::blocking(format!("{place}/cap_fen"), ProblemCode::OutOfRange);
                found.push(problem.with("min", min));
            }
            (Some(_), Some(_)) => {}
        }
        if let (Some(cap), Some(floor)) = (fee.cap_fen, fee.floor_fen)
            && floor > cap
        {
            found.push(out_of_range(format!("{place}/floor_fen"), 0, cap));
        }
    }
}

fn out_of_range(place: impl Into<String>, min: impl ToString, max: impl ToString) -> Problem {
    Problem::blocking(place, ProblemCode::OutOfRange).with("min", min).with("max", max)
}
