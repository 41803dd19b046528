//! `checks`: what the checks before submission catch, and what they block without a reason.

use portal_domain::check::{check, is_submittable};
use portal_domain::dossier::MerchantKind;
use portal_domain::problem::Problem;
use portal_domain::testing::{TODAY, defect, dossier};

use crate::measure::{Goal, alone};

const DEFECTIVE: u64 = 200;
const CLEAN: u64 = 1000;

pub fn run() {
    let profile = portal_tests::profile();
    let caught = (0..DEFECTIVE).filter(|seed| {
        let (dossier, planted) = defect(*seed);
        // Blocked for any other reason would be luck: the place and the kind of the planted defect must be named.
        check(&dossier, profile, TODAY)
            .iter()
            .filter(|problem| Problem::is_blocking(problem))
            .any(|problem| problem.pointer == planted.pointer && problem.code == planted.code)
    });
    let blocked = (0..CLEAN).filter(|seed| {
        let kinds = MerchantKind::ALL;
        let kind = kinds[(seed % kinds.len() as u64) as usize];
        !is_submittable(&check(&dossier(*seed, kind), profile, TODAY))
    });
    share("checks-caught", caught.count(), DEFECTIVE, Goal::AtLeast(95.0));
    share("checks-false-blocks", blocked.count(), CLEAN, Goal::AtMost(1.0));
}

fn share(name: &str, count: usize, of: u64, goal: Goal) {
    let percent = count as f64 * 100.0 / of as f64;
    alone(name, &format!("{count} of {of} ({percent:.1} %)"), percent, goal, "%");
}
