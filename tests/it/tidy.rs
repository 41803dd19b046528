//! The invariants of ARCHITECTURE.md that a program can check, on `cargo metadata` and on the tree.
//!
//! Each checker is a function from what it looks at to sentences that say what is wrong and what to do, and has
//! its own tests on made-up input, so that it is known to be able to fail.

mod dependencies;
mod documents;
mod icons;
mod invariants;
mod licences;
mod programs;
mod shell;
mod sources;

use cargo_metadata::{Metadata, MetadataCommand};
use dependencies::Edge;
use documents::Commands;
use icons::Icon;
use licences::{Licensed, Policy};
use portal_tests::program;
use shell::Table;
use sources::SourceFile;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The checkout, asked for at run time: a target folder may be shared by two.
fn root() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo or nextest");
    Path::new(&own).parent().unwrap().to_owned()
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .features(cargo_metadata::CargoOpt::AllFeatures)
        .exec()
        .unwrap()
}

/// Every text file that is committed or would be by `git add --all`.
fn tree() -> Vec<SourceFile> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(listed.status.success(), "the tidy tests ask git for the files of the checkout");
    let names = String::from_utf8(listed.stdout).unwrap();
    let files: Vec<_> = names
        .split_terminator('\0')
        // A file that was deleted but not committed yet has a name and no text; a picture is not text.
        .filter_map(|path| Some(SourceFile::new(path, std::fs::read_to_string(root().join(path)).ok()?)))
        .collect();
    assert!(files.len() > 20, "git listed only {} files", files.len());
    files
}

/// A text file, by its path from the root.
fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn licence_policy() -> Policy {
    Policy::read(&read("deny.toml"))
}

#[track_caller]
fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "{} problems:\n  {}", problems.len(), problems.join("\n  "));
}

#[test]
fn every_member_has_its_place_in_the_layers() {
    let metadata = metadata();
    let members: Vec<_> =
        metadata.workspace_packages().iter().map(|package| package.name.to_string()).collect();
    assert!(members.len() > 10, "{members:?}");
    assert_none(&dependencies::members_without_place(&members));
}

#[test]
fn crates_depend_only_on_the_layers_below_them() {
    assert_none(&dependencies::forbidden_edges(&Edge::all(&metadata())));
}

#[test]
fn heavy_libraries_stay_with_their_owners() {
    assert_none(&dependencies::misplaced_libraries(&Edge::all(&metadata())));
}

#[test]
fn programs_have_no_crash_points_and_no_mutants_unless_built_with_tests() {
    let metadata = metadata();
    let edges = Edge::all(&metadata);
    for harmful in ["fault-injection", "mutants"] {
        assert!(edges.iter().any(|edge| edge.features.iter().any(|feature| feature == harmful)), "{harmful}");
    }
    assert_none(&dependencies::harmful_features(&edges, &dependencies::defaults(&metadata)));
}

#[test]
fn every_member_inherits_the_lints_of_the_workspace() {
    assert_none(&sources::members_without_lints(&tree()));
}

#[test]
fn crates_come_from_the_public_registry_under_allowed_licences() {
    let crates = Licensed::crates(&metadata());
    assert!(crates.len() > 100, "cargo metadata named only {} crates", crates.len());
    let policy = licence_policy();
    assert_none(&policy.refused(&crates));
    assert_none(&policy.unneeded_exceptions(&crates));
    assert_none(&licences::foreign_sources(&metadata()));
}

#[test]
fn shipped_npm_packages_have_allowed_licences() {
    assert_none(&licence_policy().refused(&Licensed::npm_packages(&tree())));
}

#[test]
fn lock_files_and_settings_name_no_registry() {
    assert_none(&sources::named_registries(&tree()));
}

#[test]
fn only_the_ipc_folder_speaks_to_tauri() {
    assert_none(&sources::tauri_outside_ipc(&tree()));
}

#[test]
fn the_domain_does_no_io() {
    assert_none(&sources::io_in_the_domain(&tree()));
}

#[test]
fn only_the_clock_port_reads_the_time() {
    assert_none(&sources::clock_calls(&tree()));
}

#[test]
fn clippy_still_guards_the_clock() {
    let settings = read("clippy.toml");
    for method in ["std::time::SystemTime::now", "jiff::Timestamp::now", "jiff::Zoned::now"] {
        assert!(settings.contains(method), "list {method} again in disallowed-methods of clippy.toml");
    }
}

#[test]
fn text_files_end_their_lines_with_a_line_feed_only() {
    assert_none(&sources::carriage_returns(&tree()));
}

#[test]
fn nothing_is_left_for_later_in_the_code() {
    assert_none(&sources::leftovers(&tree()));
}

#[test]
fn no_path_of_one_machine_is_written_down() {
    assert_none(&sources::machine_paths(&tree()));
}

#[test]
fn source_files_stay_short() {
    assert_none(&sources::long_files(&tree()));
}

#[test]
fn the_domain_uses_libraries_of_values_only() {
    assert_none(&dependencies::too_much_for_the_domain(&Edge::all(&metadata())));
}

#[test]
fn every_invariant_is_held_by_a_test() {
    assert_none(&invariants::not_held(&read("ARCHITECTURE.md"), invariants::HELD_BY, &tree()));
}

#[test]
fn the_window_may_call_exactly_the_commands_of_the_table() {
    let table = Table::read(&read("crates/portal-app/src/commands.in.rs"));
    assert!(table.names.len() > 20 && !table.raw.is_empty(), "{:?}", table.names);
    assert_none(&table.against_permissions(&read("src-tauri/capabilities/main.json")));
    assert_none(&table.unhandled(&read("src-tauri/src/commands.rs")));
}

#[test]
fn commands_are_declared_in_the_table_only() {
    assert_none(&shell::commands_elsewhere(&tree()));
}

#[test]
fn texts_of_codes_are_typed_by_their_codes() {
    assert_none(&sources::untyped_texts(&tree()));
}

#[test]
fn pictures_from_outside_are_decoded_in_the_worker_only() {
    assert_none(&sources::pictures_decoded_here(&tree()));
}

#[test]
fn photos_cross_no_view() {
    assert_none(&sources::bytes_in_views(&tree()));
}

#[test]
fn migrations_are_the_same_bytes_on_every_machine() {
    let tree = tree();
    let migrations = tree.iter().map(|file| file.path.as_str()).filter(|path| path.ends_with(".sql"));
    let asked = Command::new("git")
        .args(["check-attr", "eol", "--"])
        .args(migrations)
        .current_dir(root())
        .output()
        .unwrap();
    let said = String::from_utf8(asked.stdout).unwrap();
    assert!(said.lines().count() >= 2, "git was asked about {said:?} only");
    assert_none(&sources::unpinned_line_endings(&said));
}

#[test]
fn set_up_installs_every_program_that_is_started() {
    assert_none(&programs::not_installed(&tree(), &read("xtask/src/setup/debian.rs")));
}

#[test]
fn decisions_are_numbered_without_gaps() {
    assert_none(&documents::misnumbered_decisions(&tree()));
}

#[test]
fn commands_in_documents_exist() {
    let commands = Commands::read(&read("xtask/src/main.rs"), &read("ui/package.json"));
    assert!(commands.xtask.contains("test") && commands.scripts.contains("build"));
    assert_none(&commands.unknown(&tree()));
}

#[test]
fn programs_know_the_commands_that_documents_name() {
    let mut problems = Vec::new();
    let mut asked = 0;
    for document in tree().iter().filter(|file| file.path.ends_with(".md")) {
        for name in ["portal", "portal-backend"] {
            for words in documents::commands_of(&document.text, name) {
                asked += 1;
                let answer = Command::new(program(name)).args(&words).arg("--help").output().unwrap();
                if !answer.status.success() {
                    problems.push(format!("{}: there is no {name} {}", document.path, words.join(" ")));
                }
            }
        }
    }
    assert!(asked > 10, "only {asked} commands were found in the documents");
    assert_none(&problems);
}

#[test]
fn links_in_documents_lead_somewhere() {
    assert_none(&documents::dead_links(&tree(), |path| root().join(path).exists()));
}

#[test]
fn the_code_map_names_what_there_is() {
    let metadata = metadata();
    let members: Vec<_> = metadata
        .workspace_packages()
        .iter()
        .map(|package| {
            package
                .manifest_path
                .parent()
                .unwrap()
                .strip_prefix(&metadata.workspace_root)
                .unwrap()
                .to_string()
        })
        .collect();
    let exists = |path: &str| root().join(path).exists();
    assert_none(&documents::map_errors(&read("ARCHITECTURE.md"), &members, exists));
}

#[test]
fn icons_are_complete_and_drawn_from_their_source() {
    let folder = root().join("icons");
    let names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_none(&icons::set_errors(&read("src-tauri/tauri.conf.json"), &names));
    let mut all = Vec::new();
    for name in &names {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("png") => all.push(Icon::png(name, &bytes)),
            Some("ico") => all.extend(Icon::ico(name, &bytes)),
            Some("icns") => all.extend(Icon::icns(name, &bytes)),
            _ => {}
        }
    }
    let sides: Vec<u32> =
        all.iter().filter(|icon| icon.name.contains(".ico[")).map(|icon| icon.picture.width()).collect();
    assert_eq!(sides, icons::SIDES_OF_ICO, "the .ico lacks a size");
    assert!(all.iter().any(|icon| icon.name.contains(".icns[")), "the .icns holds no PNG");
    let problems: Vec<_> = all
        .iter()
        .filter_map(|icon| {
            let file = icon.name.split('[').next().unwrap();
            let side = icons::promised_side(file).unwrap_or(icon.picture.width());
            icon.unlike(&drawn_mark(side))
        })
        .collect();
    assert_none(&problems);
}

#[test]
fn ci_runs_what_a_person_runs() {
    assert!(
        read(".ci/run").ends_with("exec cargo xtask test\n"),
        ".ci/run ends with `exec cargo xtask test`"
    );
    assert_none(&sources::other_ci(&tree()));
}

/// The mark, drawn from its source by another program than the one that made the icons.
fn drawn_mark(side: u32) -> image::RgbaImage {
    let side = side.to_string();
    let drawn = Command::new("rsvg-convert")
        .args(["--width", &side, "--height", &side, "icons/zhanggui.svg"])
        .current_dir(root())
        .output()
        .expect("rsvg-convert (librsvg2-bin) draws the mark");
    image::load_from_memory(&drawn.stdout).expect("rsvg-convert writes a PNG").to_rgba8()
}
