//! Reading how many tests passed and failed from the closing lines of the test runners.

use std::ops::AddAssign;

/// Tests that ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Sums the closing lines of `cargo test` (one for each binary), nextest and vitest.
pub fn counts(said: &str) -> Counts {
    let mut sum = Counts::default();
    for line in without_colours(said).lines() {
        if let Some(closing) = closing_line(line) {
            sum += closing;
        }
    }
    sum
}

fn closing_line(line: &str) -> Option<Counts> {
    // Indented, it is the output of one failed test, which nextest repeats and counts itself.
    if let Some(result) = line.strip_prefix("test result: ") {
        let (_verdict, numbers) = result.split_once(". ")?;
        return Some(numbered_words(numbers, ';'));
    }
    let line = line.trim();
    if line.starts_with("Summary [") {
        let (_time, numbers) = line.split_once("run:")?;
        return Some(numbered_words(&without_brackets(numbers), ','));
    }
    let numbers = line.strip_prefix("Tests  ")?;
    Some(numbered_words(&without_brackets(numbers), '|'))
}

/// Reads "3 passed, 1 failed, 2 timed out": what did not pass and was not left out has failed.
fn numbered_words(text: &str, separator: char) -> Counts {
    let mut counts = Counts::default();
    for part in text.split(separator) {
        let Some((number, word)) = part.trim().split_once(' ') else { continue };
        let Ok(number) = number.parse::<u64>() else { continue };
        match word {
            "passed" => counts.passed += number,
            "failed" | "timed out" | "exec failed" => counts.failed += number,
            _ => {}
        }
    }
    counts
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for character in text.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(character),
            _ => {}
        }
    }
    // "4 passed (1 slow), 1 failed" leaves a space before the comma.
    kept.replace(" ,", ",")
}

/// Takes out terminal colour sequences (ESC [ … letter).
fn without_colours(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            characters.by_ref().skip(1).find(char::is_ascii_alphabetic);
        } else {
            kept.push(character);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_test_prints_one_line_for_each_binary() {
        let said = "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s\n\
                    test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 9 filtered out; finished in 1s\n";
        assert_eq!(counts(said), Counts { passed: 7, failed: 3 });
    }

    #[test]
    fn nextest_prints_one_summary() {
        let said = "     Summary [   3.021s] 8 tests run: 4 passed (1 slow, 1 leaky), 1 failed, 2 timed out, 1 exec failed, 3 skipped";
        assert_eq!(counts(said), Counts { passed: 4, failed: 4 });
        assert_eq!(
            counts("Summary [ 0.1s] 1 test run: 1 passed, 0 skipped"),
            Counts { passed: 1, failed: 0 }
        );
        assert_eq!(
            counts("Summary [ 0.1s] 2/9 tests run: 1 passed, 1 failed, 0 skipped"),
            Counts { passed: 1, failed: 1 }
        );
    }

    #[test]
    fn what_nextest_repeats_of_a_failed_test_is_not_counted_again() {
        let said = "  stdout ───\n\n    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 47 filtered out; finished in 3.98s\n\
                         Summary [ 0.1s] 2 tests run: 1 passed, 1 failed, 0 skipped";
        assert_eq!(counts(said), Counts { passed: 1, failed: 1 });
    }

    #[test]
    fn vitest_counts_tests_and_not_files() {
        let said =
            " Test Files  1 failed | 2 passed (3)\n      Tests  1 failed | 12 passed | 4 skipped (17)\n";
        assert_eq!(counts(said), Counts { passed: 12, failed: 1 });
    }

    #[test]
    fn colours_do_not_hide_a_number() {
        let said = "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m12 passed\u{1b}[39m\u{1b}[22m\u{1b}[90m (12)\u{1b}[39m";
        assert_eq!(counts(said), Counts { passed: 12, failed: 0 });
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(counts("test it::tests ... ok\nrunning 5 tests\n3 passed\n"), Counts::default());
    }
}
