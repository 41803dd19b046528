//! The invariants of ARCHITECTURE.md and the tests that hold them: none may lose its test, and none be added
//! without one.

use super::sources::SourceFile;

/// Test functions by the number of the invariant they hold.
pub const HELD_BY: &[(u32, &[&str])] = &[
    (1, &["heavy_libraries_stay_with_their_owners", "only_the_ipc_folder_speaks_to_tauri"]),
    (2, &["crates_depend_only_on_the_layers_below_them", "every_member_has_its_place_in_the_layers"]),
    (3, &["heavy_libraries_stay_with_their_owners"]),
    (
        4,
        &["the_window_may_call_exactly_the_commands_of_the_table", "commands_are_declared_in_the_table_only"],
    ),
    (5, &["texts_of_codes_are_typed_by_their_codes"]),
    (6, &["only_the_clock_port_reads_the_time", "clippy_still_guards_the_clock"]),
    (7, &["the_domain_does_no_io", "the_domain_uses_libraries_of_values_only"]),
    (
        8,
        &["pictures_from_outside_are_decoded_in_the_worker_only", "one_that_hangs_is_killed_at_the_deadline"],
    ),
    (9, &["a_saved_draft_survives_a_kill", "a_submission_that_breaks_rules_is_refused_with_pointers"]),
    (10, &["finalising_keeps_body_photos_and_receipt_number", "a_sent_submission_can_not_be_taken_back"]),
    (
        11,
        &[
            "every_life_keeps_the_invariants",
            "a_wrong_receipt_is_never_taken",
            "garbage_is_what_nothing_names",
        ],
    ),
    (12, &["no_file_of_a_profile_holds_plaintext", "no_log_line_holds_a_key", "photos_cross_no_view"]),
];

/// Invariants without a test, tests that are gone, and numbers that don't count on from 1.
pub fn not_held(architecture: &str, held_by: &[(u32, &[&str])], tree: &[SourceFile]) -> Vec<String> {
    let written = numbers(architecture);
    let counted: Vec<u32> = (1..).take(written.len()).collect();
    let mut problems = Vec::new();
    if written != counted || written.is_empty() {
        problems.push(format!("ARCHITECTURE.md numbers its invariants {written:?}: count on from 1"));
    }
    for number in &written {
        if !held_by.iter().any(|(held, tests)| held == number && !tests.is_empty()) {
            problems.push(format!(
                "invariant {number} has no test: write one and name it in tests/it/tidy/invariants.rs"
            ));
        }
    }
    for (number, tests) in held_by {
        if !written.contains(number) {
            problems.push(format!("ARCHITECTURE.md has no invariant {number}"));
        }
        for test in *tests {
            if !tree.iter().any(|file| has_test(file, test)) {
                problems.push(format!(
                    "the test {test} of invariant {number} is gone: name the one that holds it now"
                ));
            }
        }
    }
    problems
}

fn has_test(file: &SourceFile, name: &str) -> bool {
    file.path.ends_with(".rs") && file.text.contains(&format!("fn {name}("))
}

/// The numbers at the line starts of the section "Invariants".
fn numbers(architecture: &str) -> Vec<u32> {
    let section =
        architecture.split("\n## ").find(|section| section.starts_with("Invariants")).unwrap_or_default();
    section.lines().filter_map(|line| line.split_once(". ")?.0.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# A\n\n## Invariants\n\n1. One.\n2. Two.\n\n## After\n\n1. A step.\n";

    fn tree() -> Vec<SourceFile> {
        vec![SourceFile::new("crates/a/tests/a.rs", "fn first() {}\nasync fn second() {}\n")]
    }

    #[test]
    fn held_invariants_are_no_problem() {
        assert!(not_held(TEXT, &[(1, &["first"]), (2, &["second"])], &tree()).is_empty());
    }

    #[test]
    fn an_invariant_without_a_test_is_found() {
        assert_eq!(not_held(TEXT, &[(1, &["first"])], &tree()).len(), 1);
        assert_eq!(not_held(TEXT, &[(1, &["first"]), (2, &[])], &tree()).len(), 1);
    }

    #[test]
    fn a_test_that_is_gone_is_found() {
        assert_eq!(not_held(TEXT, &[(1, &["first"]), (2, &["secon"])], &tree()).len(), 1);
    }

    #[test]
    fn a_wrong_number_is_found() {
        let text = TEXT.replace("2. Two", "3. Two");
        let problems = not_held(&text, &[(1, &["first"]), (2, &["second"])], &tree());
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert_eq!(not_held("# Nothing\n", &[], &[]).len(), 1);
    }
}
