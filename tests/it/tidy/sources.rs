//! What must not be written in a file of the tree.

/// Longer files are split by domain nouns long before this.
const MOST_LINES: usize = 800;

/// The only files that ask for the time of day.
const CLOCKS: &[&str] = &["crates/portal-app/src/clock.rs", "crates/portal-backend/src/clock.rs"];

/// Written by a program, so its length says nothing.
const GENERATED: &[&str] = &["ui/src/ipc/bindings.ts"];

/// A text file of the checkout.
pub struct SourceFile {
    /// From the root, with `/`.
    pub path: String,
    pub text: String,
}

impl SourceFile {
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    pub fn is_npm_lock(&self) -> bool {
        self.file_name() == "package-lock.json"
    }

    fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    fn has_ending(&self, endings: &[&str]) -> bool {
        self.file_name().rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
    }

    /// Code or prose written by hand, as opposed to data and lock files.
    fn is_written_by_hand(&self) -> bool {
        self.has_ending(&[
            "rs", "ts", "tsx", "mjs", "js", "css", "html", "sql", "sh", "toml", "md", "yml", "yaml",
        ]) || self.path == ".ci/run"
    }

    /// Rust of the product: what is shipped, with the tests beside it.
    fn is_product_rust(&self) -> bool {
        let in_a_crate = self.path.starts_with("crates/") || self.path.starts_with("src-tauri/");
        in_a_crate && self.path.contains("/src/") && self.has_ending(&["rs"])
    }

    /// The numbered lines, from 1, that `matches`, as problems that say what to do.
    fn lines_where(&self, matches: impl Fn(&str) -> bool, advice: &str) -> Vec<String> {
        let lines = self.text.lines().enumerate();
        lines
            .filter(|(_, line)| matches(line))
            .map(|(index, _)| format!("{}:{}: {advice}", self.path, index + 1))
            .collect()
    }
}

fn is_word_part(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// Whether `line` has `word` with no letter, digit or underscore beside it.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        !before.is_some_and(is_word_part) && !after.is_some_and(is_word_part)
    })
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// Invariant 1: the window's code reaches the shell through one folder.
pub fn tauri_outside_ipc(tree: &[SourceFile]) -> Vec<String> {
    // In two parts, or this file would name it.
    let package = concat!("@tauri-apps", "/");
    let files =
        tree.iter().filter(|file| file.path.starts_with("ui/src/") && !file.path.starts_with("ui/src/ipc/"));
    files
        .flat_map(|file| {
            file.lines_where(|line| line.contains(package), "call a function of ui/src/ipc instead")
        })
        .collect()
}

/// The domain is values and rules: whatever it needs from outside is passed in.
pub fn io_in_the_domain(tree: &[SourceFile]) -> Vec<String> {
    const IO: &[&str] =
        &["std::fs", "std::net", "std::env", "std::process", "std::thread", "tokio::", "async fn"];
    let files = tree.iter().filter(|file| file.path.starts_with("crates/portal-domain/src/"));
    files
        .flat_map(|file| {
            // Unit tests stand at the end and may read what they compare with.
            let product = file.text.split("#[cfg(test)]").next().unwrap_or_default();
            SourceFile::new(&file.path, product).lines_where(
                |line| !is_comment(line) && IO.iter().any(|io| line.contains(io)),
                "the domain does no I/O: pass the value in",
            )
        })
        .collect()
}

/// Invariant 6: time is passed in; the clock port alone reads it, and nobody else silences the lint.
pub fn clock_calls(tree: &[SourceFile]) -> Vec<String> {
    let rust = tree.iter().filter(|file| file.is_product_rust() && !CLOCKS.contains(&file.path.as_str()));
    let calls = rust.flat_map(|file| {
        let asks = |line: &str| {
            !is_comment(line) && (asks_for_the_time(line) || line.contains("clippy::disallowed_methods"))
        };
        file.lines_where(asks, "take the time from the clock port, as a parameter")
    });
    let sql = tree.iter().filter(|file| file.has_ending(&["sql"]) || file.is_product_rust());
    let in_sql = sql.flat_map(|file| {
        let asks =
            |line: &str| line.contains("'now'") || line.to_ascii_lowercase().contains("current_timestamp");
        file.lines_where(asks, "bind the time as a parameter of the statement")
    });
    calls.chain(in_sql).collect()
}

/// Names `….::now`, except the monotonic clock, which measures and does not tell the time.
fn asks_for_the_time(line: &str) -> bool {
    const CALL: &str = "::now";
    line.match_indices(CALL).any(|(start, _)| {
        !line[start + CALL.len()..].starts_with(is_word_part) && !line[..start].ends_with("Instant")
    })
}

/// Migrations are compared by their hash, so a line ending is part of them; the rest follows .gitattributes.
pub fn carriage_returns(tree: &[SourceFile]) -> Vec<String> {
    let files = tree.iter().filter(|file| file.text.contains('\r'));
    files.map(|file| format!("{}: save it with LF line endings", file.path)).collect()
}

/// Markers of unfinished work.
pub fn leftovers(tree: &[SourceFile]) -> Vec<String> {
    let markers =
        [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!"), concat!("unimplem", "ented!")];
    let files = tree.iter().filter(|file| file.is_written_by_hand());
    files
        .flat_map(|file| {
            file.lines_where(
                |line| markers.iter().any(|marker| has_word(line, marker)),
                "finish it, or file an issue",
            )
        })
        .collect()
}

/// Absolute paths that exist on one person's or one build machine only.
pub fn machine_paths(tree: &[SourceFile]) -> Vec<String> {
    let folders = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/Us", "ers/"),
        concat!("\\Us", "ers\\"),
    ];
    let starts_a_path = |line: &str, folder: &str| {
        line.match_indices(folder).any(|(start, _)| {
            !line[..start].ends_with(|before: char| is_word_part(before) || "/.-@}~*".contains(before))
        })
    };
    let files = tree.iter().filter(|file| !file.is_npm_lock());
    files
        .flat_map(|file| {
            file.lines_where(
                |line| folders.iter().any(|folder| starts_a_path(line, folder)),
                "name the place relative to the checkout, the profile or a temporary folder",
            )
        })
        .collect()
}

/// Which registry serves a package is a matter of the machine.
pub fn named_registries(tree: &[SourceFile]) -> Vec<String> {
    let locks = tree.iter().filter(|file| file.is_npm_lock()).flat_map(|file| {
        file.lines_where(
            |line| line.trim_start().starts_with("\"resolved\": \"http"),
            "take out the address: npm config set omit-lockfile-registry-resolved true, then npm install --package-lock-only",
        )
    });
    let settings = tree
        .iter()
        .filter(|file| file.file_name() == ".npmrc" || file.path == ".cargo/config.toml")
        .flat_map(|file| {
            file.lines_where(
                |line| {
                    let line = line.trim_start();
                    line.starts_with("registry")
                        || line.contains(":registry")
                        || line.starts_with("[source")
                        || line.starts_with("[registr")
                },
                "leave the registry to the machine's own settings",
            )
        });
    locks.chain(settings).collect()
}

/// Rust, TypeScript, styles and SQL that should be split.
pub fn long_files(tree: &[SourceFile]) -> Vec<String> {
    let files = tree.iter().filter(|file| {
        file.has_ending(&["rs", "ts", "tsx", "mjs", "js", "css", "sql", "sh"])
            && !GENERATED.contains(&file.path.as_str())
    });
    files
        .map(|file| (file, file.text.lines().count()))
        .filter(|(_, lines)| *lines >= MOST_LINES)
        .map(|(file, lines)| {
            format!("{} has {lines} lines: split it into modules named by what they hold", file.path)
        })
        .collect()
}

/// Manifests of members that do not inherit the lints. The shell may set its own, for the platform calls.
pub fn members_without_lints(tree: &[SourceFile]) -> Vec<String> {
    let manifests = tree.iter().filter(|file| {
        file.file_name() == "Cargo.toml"
            && !matches!(file.path.as_str(), "Cargo.toml" | "src-tauri/Cargo.toml" | "benches/Cargo.toml")
    });
    manifests
        .filter(|file| !file.text.contains("[lints]\nworkspace = true"))
        .map(|file| format!("{}: add [lints] workspace = true", file.path))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs one checker on one made-up file.
    fn check(checker: fn(&[SourceFile]) -> Vec<String>, path: &str, text: &str) -> Vec<String> {
        checker(&[SourceFile::new(path, text)])
    }

    #[test]
    fn an_import_of_tauri_is_found_outside_its_folder_only() {
        let text = format!("// first\nimport {{ invoke }} from '{}api/core';\n", concat!("@tauri-apps", "/"));
        let problems = check(tauri_outside_ipc, "ui/src/portal/case.tsx", &text);
        assert_eq!(problems, ["ui/src/portal/case.tsx:2: call a function of ui/src/ipc instead"]);
        assert!(check(tauri_outside_ipc, "ui/src/ipc/call.ts", &text).is_empty());
    }

    #[test]
    fn io_is_found_in_the_domain_but_not_in_its_tests() {
        let path = "crates/portal-domain/src/mcc.rs";
        assert_eq!(check(io_in_the_domain, path, "let t = std::fs::read(p);").len(), 1);
        assert!(
            check(io_in_the_domain, path, "// not std::fs\n#[cfg(test)]\nmod t { use std::fs; }").is_empty()
        );
        assert!(check(io_in_the_domain, "crates/portal-store/src/blob.rs", "use std::fs;").is_empty());
    }

    #[test]
    fn the_time_of_day_is_found_and_measuring_is_not() {
        let path = "crates/portal-sync/src/pump.rs";
        for line in [
            "Utc::now()",
            "map_or_else(Timestamp::now, f)",
            "#[allow(clippy::disallowed_methods)]",
            "datetime('now')",
        ] {
            assert_eq!(check(clock_calls, path, line).len(), 1, "{line}");
        }
        for line in ["Instant::now()", "Uuid::now_v7()", "// Utc::now() is not called"] {
            assert!(check(clock_calls, path, line).is_empty(), "{line}");
        }
        assert!(check(clock_calls, CLOCKS[0], "Timestamp::now()").is_empty());
        assert_eq!(
            check(clock_calls, "crates/portal-store/migrations/1.sql", "at TEXT DEFAULT CURRENT_TIMESTAMP")
                .len(),
            1
        );
    }

    #[test]
    fn a_carriage_return_is_found() {
        assert_eq!(check(carriage_returns, "a.sql", "SELECT 1;\r\n").len(), 1);
        assert!(check(carriage_returns, "a.sql", "SELECT 1;\n").is_empty());
    }

    #[test]
    fn unfinished_work_is_found() {
        for marker in [
            concat!("// TO", "DO: more"),
            concat!("FIX", "ME"),
            concat!("to", "do!()"),
            concat!("unimplem", "ented!()"),
        ] {
            assert_eq!(check(leftovers, "ui/src/a.ts", marker).len(), 1, "{marker}");
        }
        assert!(
            check(leftovers, "ui/src/a.ts", concat!("const TO", "DOS = 1; // ma", "sto", "do!n")).is_empty()
        );
        assert!(check(leftovers, "data.json", concat!("\"TO", "DO\"")).is_empty());
    }

    #[test]
    fn a_path_of_one_machine_is_found() {
        for line in [
            concat!("cd /wo", "rk/x"),
            concat!("\"/ro", "ot/.cargo\""),
            concat!("/ho", "me/li/a"),
            concat!("C:\\Us", "ers\\li"),
        ] {
            assert_eq!(check(machine_paths, "docs/a.md", line).len(), 1, "{line}");
        }
        for line in ["ui/src/work/list.ts", "../root/a", "https://example.org/home/", "/workbench"] {
            assert!(check(machine_paths, "docs/a.md", line).is_empty(), "{line}");
        }
    }

    #[test]
    fn an_address_of_a_registry_is_found() {
        let lock = "  \"resolved\": \"https://registry.example.org/a.tgz\",\n  \"integrity\": \"sha512-x\"";
        assert_eq!(check(named_registries, "ui/package-lock.json", lock).len(), 1);
        assert_eq!(check(named_registries, "ui/.npmrc", "registry=https://registry.example.org").len(), 1);
        assert_eq!(check(named_registries, ".cargo/config.toml", "[source.crates-io]").len(), 1);
        assert!(check(named_registries, "ui/package-lock.json", "\"resolved\": \"packages/a\"").is_empty());
        assert!(check(named_registries, ".cargo/config.toml", "[alias]").is_empty());
    }

    #[test]
    fn a_long_file_is_found_unless_generated() {
        let long = "x\n".repeat(MOST_LINES);
        assert_eq!(check(long_files, "crates/portal-app/src/case.rs", &long).len(), 1);
        assert!(check(long_files, "crates/portal-app/src/case.rs", &long[2..]).is_empty());
        assert!(check(long_files, GENERATED[0], &long).is_empty());
        assert!(check(long_files, "docs/manual/zh.md", &long).is_empty());
    }

    #[test]
    fn a_member_with_lints_of_its_own_is_found() {
        assert_eq!(check(members_without_lints, "crates/portal-app/Cargo.toml", "[package]\n").len(), 1);
        let inheriting = "[package]\n\n[lints]\nworkspace = true\n";
        assert!(check(members_without_lints, "crates/portal-app/Cargo.toml", inheriting).is_empty());
    }
}
