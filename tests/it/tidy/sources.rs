//! What must not be written in a file of the tree.

/// Longer files are split by domain nouns long before this.
const MOST_LINES: usize = 600;

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
    pub fn lines_where(&self, matches: impl Fn(&str) -> bool, advice: &str) -> Vec<String> {
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
        .filter(|file| file.file_name() == ".npmrc" || file.path.ends_with(".cargo/config.toml"))
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

/// Invariant 5: lists of codes that no language's texts are typed by, and languages that may lack a text.
pub fn untyped_texts(tree: &[SourceFile]) -> Vec<String> {
    const CODES: &[&str] = &["CommandCode", "ProblemCode", "SendCode", "CaseStatus"];
    let texts = |language: &str| {
        let name = format!("{language}.ts");
        tree.iter().filter(move |file| {
            file.path.starts_with("ui/src/") && file.path.contains("/texts/") && file.file_name() == name
        })
    };
    let untyped = CODES
        .iter()
        .filter(|code| {
            let typed = format!("satisfies Record<{code}, string>");
            !texts("zh").any(|file| file.text.contains(&typed))
        })
        .map(|code| {
            format!("no zh.ts has texts that satisfy Record<{code}, string>: a code may lack its text")
        });
    let untranslated = texts("en")
        .filter(|file| !file.text.contains("export const en: "))
        .map(|file| format!("{}: give it the type of the Chinese texts, so that none is missing", file.path));
    untyped.chain(untranslated).collect()
}

/// Invariant 8: a stranger's picture is decoded in a process that can be killed, never in ours.
pub fn pictures_decoded_here(tree: &[SourceFile]) -> Vec<String> {
    const DECODERS: &[&str] = &[
        "portal_imaging::fit(",
        "portal_imaging::inspect(",
        "portal_imaging::pixels(",
        "portal_recognition::read(",
    ];
    /// What runs in those processes.
    const IN_A_PROCESS: &[&str] = &["crates/portal-imaging/", "crates/portal-recognition/"];
    let imported = |line: &str| {
        line.split_once("use portal_imaging::").is_some_and(|(_, names)| {
            !names.starts_with("worker")
                && ["fit", "inspect", "pixels"].iter().any(|name| has_word(names, name))
        })
    };
    let rust = tree
        .iter()
        .filter(|file| file.is_product_rust() && !IN_A_PROCESS.iter().any(|own| file.path.starts_with(own)));
    rust.flat_map(|file| {
        let decodes = |line: &str| {
            !is_comment(line) && (DECODERS.iter().any(|call| line.contains(call)) || imported(line))
        };
        file.lines_where(decodes, "ask portal_imaging::worker::Worker or portal_recognition::reader::Reader, whose process can be killed")
    })
    .collect()
}

/// Invariant 12: views are JSON, in which a photo's bytes would be a list of numbers.
pub fn bytes_in_views(tree: &[SourceFile]) -> Vec<String> {
    let views = tree.iter().filter(|file| file.path.starts_with("crates/portal-app/src/view"));
    views
        .flat_map(|file| {
            let has_bytes = |line: &str| {
                !is_comment(line)
                    && (line.contains("Vec<u8>") || line.contains("[u8") || has_word(line, "Bytes"))
            };
            file.lines_where(has_bytes, "bytes cross the IPC as a raw body, or through portal-photo")
        })
        .collect()
}

/// Migrations whose bytes depend on the machine that checked them out, from what `git check-attr eol` says of them.
pub fn unpinned_line_endings(git_says: &str) -> Vec<String> {
    git_says
        .lines()
        .filter(|line| !line.ends_with(": eol: lf"))
        .map(|line| format!("{line}: .gitattributes must give it eol=lf"))
        .collect()
}

/// Settings of a CI service, which would come to check something else than a person does.
pub fn other_ci(tree: &[SourceFile]) -> Vec<String> {
    const OTHERS: &[&str] = &[".github/workflows/", ".gitlab-ci.yml", ".circleci/", "Jenkinsfile"];
    tree.iter()
        .filter(|file| OTHERS.iter().any(|other| file.path.starts_with(other)))
        .map(|file| format!("{}: add a stage to `cargo xtask test`, which .ci/run calls", file.path))
        .collect()
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

/// Workspaces of their own, which share nothing of the product's but its crates.
const APART: [&str; 2] = ["benches/", "fuzz/"];

/// Manifests of members that do not inherit the lints.
pub fn members_without_lints(tree: &[SourceFile]) -> Vec<String> {
    let is_apart = |file: &SourceFile| APART.iter().any(|folder| file.path.starts_with(folder));
    let manifests = tree
        .iter()
        .filter(|file| file.file_name() == "Cargo.toml" && file.path != "Cargo.toml" && !is_apart(file));
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
    fn a_second_ci_is_found() {
        assert_eq!(check(other_ci, ".github/workflows/test.yml", "on: push").len(), 1);
        assert!(check(other_ci, ".ci/run", "exec cargo xtask test").is_empty());
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
    fn texts_that_may_lack_a_code_or_a_language_are_found() {
        let all = "satisfies Record<CommandCode, string> satisfies Record<ProblemCode, string> \
                   satisfies Record<SendCode, string> satisfies Record<CaseStatus, string>";
        assert!(check(untyped_texts, "ui/src/shared/texts/zh.ts", all).is_empty());
        let without = all.replace("satisfies Record<ProblemCode, string>", "as Record<string, string>");
        assert_eq!(check(untyped_texts, "ui/src/shared/texts/zh.ts", &without).len(), 1);
        let both = |english: &str| {
            untyped_texts(&[
                SourceFile::new("ui/src/shared/texts/zh.ts", all),
                SourceFile::new("ui/src/shared/texts/en.ts", english),
            ])
        };
        assert!(both("export const en: SharedTexts = {}").is_empty());
        assert_eq!(both("export const en = {}").len(), 1);
    }

    #[test]
    fn a_picture_decoded_outside_the_worker_is_found() {
        let path = "crates/portal-app/src/photo.rs";
        for line in [
            "portal_imaging::fit(&bytes)",
            "use portal_imaging::{FitSpec, fit};",
            "portal_recognition::read(&p)",
        ] {
            assert_eq!(check(pictures_decoded_here, path, line).len(), 1, "{line}");
            assert!(check(pictures_decoded_here, "crates/portal-imaging/src/lib.rs", line).is_empty());
        }
        for line in
            ["worker.fit(&bytes)", "use portal_imaging::{FitSpec, Fitted};", "// portal_imaging::fit(b)"]
        {
            assert!(check(pictures_decoded_here, path, line).is_empty(), "{line}");
        }
    }

    #[test]
    fn bytes_in_a_view_are_found() {
        let path = "crates/portal-app/src/view/case.rs";
        assert_eq!(check(bytes_in_views, path, "pub thumbnail: Vec<u8>,").len(), 1);
        assert!(check(bytes_in_views, path, "/// Bytes.\npub size_bytes: u64,").is_empty());
        assert!(check(bytes_in_views, "crates/portal-app/src/photo.rs", "bytes: Vec<u8>,").is_empty());
    }

    #[test]
    fn a_migration_with_changing_line_endings_is_found() {
        assert!(unpinned_line_endings("a/1.sql: eol: lf\n").is_empty());
        assert_eq!(unpinned_line_endings("a/1.sql: eol: lf\na/2.sql: eol: unspecified\n").len(), 1);
    }

    #[test]
    fn a_member_with_lints_of_its_own_is_found() {
        assert_eq!(check(members_without_lints, "crates/portal-app/Cargo.toml", "[package]\n").len(), 1);
        let inheriting = "[package]\n\n[lints]\nworkspace = true\n";
        assert!(check(members_without_lints, "crates/portal-app/Cargo.toml", inheriting).is_empty());
        assert_eq!(check(members_without_lints, "src-tauri/Cargo.toml", "[package]\n").len(), 1);
    }
}
