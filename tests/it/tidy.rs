//! The invariants of ARCHITECTURE.md that a program can check, on `cargo metadata` and on the tree.
//!
//! Each checker is a function from what it looks at to sentences that say what is wrong and what to do, and has
//! its own tests on made-up input, so that it is known to be able to fail.

mod dependencies;
mod licences;
mod sources;

use cargo_metadata::{Metadata, MetadataCommand};
use dependencies::Edge;
use licences::{Licensed, Policy};
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

fn licence_policy() -> Policy {
    Policy::read(&std::fs::read_to_string(root().join("deny.toml")).unwrap())
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
    let settings = std::fs::read_to_string(root().join("clippy.toml")).unwrap();
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
