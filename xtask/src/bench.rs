//! `cargo xtask bench`: runs the benchmarks and keeps their latest results in one table.

use crate::process::{self, Failure, Result};
use crate::shared::{Durability, Postgres};
use crate::workspace::{build_ui, cargo, root, target};
use crate::{package, setup};
use names::{BENCHMARKS, Benchmark, Need};
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

#[path = "../../benches/src/names.rs"]
mod names;

const MANIFEST: &str = "benches/Cargo.toml";
const TABLE: &str = "docs/benchmarks.md";
const HEAD: &str = "\
# Benchmarks

Written by `cargo xtask bench [NAME]`: each row is the latest run of that benchmark. Where there is a peer, both were
measured in turn in the same run on the same machine, and the ratio is that of the medians. A row that says `short` has
not reached its goal. What each one measures, and how, stands at the top of its file in `benches/src/`.

| name | ours | peer | ratio | goal | result | date | machine | command |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
";

/// Runs all benchmarks or one, in release mode, and brings the table up to date.
///
/// # Errors
/// When there is no benchmark of this name, when one fails, or when none was run.
pub fn bench(name: Option<&str>) -> Result<()> {
    let wanted: Vec<&Benchmark> = match name {
        Some(name) => vec![names::find(name).map_err(Failure::new)?],
        None => BENCHMARKS.iter().collect(),
    };
    let is_needed = |need| wanted.iter().any(|one| one.needs.contains(&need));
    setup::setup()?;
    if is_needed(Need::PhotoPeers) {
        setup::photo_peers()?;
    }
    if is_needed(Need::ReadingPeers) {
        setup::reading_peers()?;
    }
    if is_needed(Need::TusPeers) {
        setup::tus_peers()?;
    }
    build(is_needed)?;
    let mut run = benches("run", &["portal-bench"])?;
    run.arg("--").args(name);
    let database = is_needed(Need::Postgres).then(|| Postgres::start(Durability::Full));
    let database = database.transpose()?;
    if let Some(database) = &database {
        run.env("PORTAL_BENCH_POSTGRES", database.url());
    }
    let told = process::tee(run)?;
    let measured: Vec<Measured> = told.said.lines().filter_map(Measured::read).collect();
    if measured.is_empty() {
        told.ended?;
        return Err(Failure::new("no benchmark was run"));
    }
    let command = format!("`cargo xtask bench{}`", name.map(|name| format!(" {name}")).unwrap_or_default());
    let circumstances = format!("{} | {command}", when_and_where()?);
    let old = fs::read_to_string(root().join(TABLE)).unwrap_or_default();
    fs::write(root().join(TABLE), table(&old, &measured, &circumstances))?;
    println!("{TABLE} is written");
    told.ended
}

/// Builds the product's programs as they are shipped, and the peer window, where one of the benchmarks starts them.
fn build(is_needed: impl Fn(Need) -> bool) -> Result<()> {
    if is_needed(Need::Product) {
        // Shell and backend embed the pages.
        build_ui()?;
        process::run(cargo(package::release_build()))?;
    }
    if is_needed(Need::PhotoPeers) {
        process::run(cargo(["build", "--release", "--package", "portal-imaging", "--bins"]))?;
    }
    if is_needed(Need::ReadingPeers) {
        process::run(cargo(["build", "--release", "--package", "portal-recognition", "--bins"]))?;
    }
    if is_needed(Need::BareWindow) {
        process::run(benches("build", &["bare-window"])?)?;
    }
    Ok(())
}

/// A cargo command on packages of the benchmarks' workspace, in the product's target folder: programs of both start
/// each other.
fn benches(verb: &str, packages: &[&str]) -> Result<Command> {
    let mut command = cargo([verb, "--release", "--manifest-path", MANIFEST]);
    command.args(packages.iter().flat_map(|package| ["--package", package]));
    command.env("CARGO_TARGET_DIR", target()?);
    Ok(command)
}

/// One line of a benchmark: `bench NAME ours=… peer=… ratio=… goal=… ok|short`.
struct Measured<'a> {
    name: &'a str,
    ours: &'a str,
    peer: &'a str,
    ratio: &'a str,
    goal: &'a str,
    result: &'a str,
}

impl<'a> Measured<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let (name, values) = line.strip_prefix("bench ")?.split_once(" ours=")?;
        let (ours, values) = values.split_once(" peer=")?;
        let (peer, values) = values.split_once(" ratio=")?;
        let (ratio, values) = values.split_once(" goal=")?;
        let (goal, result) = values.rsplit_once(' ')?;
        matches!(result, "ok" | "short").then_some(Self { name, ours, peer, ratio, goal, result })
    }

    fn row(&self, circumstances: &str) -> String {
        let Self { name, ours, peer, ratio, goal, result } = self;
        format!("| {name} | {ours} | {peer} | {ratio} | {goal} | {result} | {circumstances} |\n")
    }
}

/// The new table: rows just measured replace the old ones of the same name; the others stay.
fn table(old: &str, measured: &[Measured], circumstances: &str) -> String {
    let mut rows: BTreeMap<&str, String> = BTreeMap::new();
    for line in old.lines() {
        if let Some((name, _)) = line.strip_prefix("| ").and_then(|row| row.split_once(" |"))
            && !matches!(name, "name" | "---")
        {
            rows.insert(name, format!("{line}\n"));
        }
    }
    for one in measured {
        rows.insert(one.name, one.row(circumstances));
    }
    HEAD.to_owned() + &rows.into_values().collect::<String>()
}

/// Today and this machine, as two cells. Node knows both on every platform.
fn when_and_where() -> Result<String> {
    const SCRIPT: &str = "const os = require('node:os'); const cpus = os.cpus(); \
        console.log(`${new Date().toISOString().slice(0, 10)} | ${cpus[0].model.trim()}, ${cpus.length} cores, \
        ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.release()}`)";
    Ok(process::output(process::command("node", ["-e", SCRIPT], root()))?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "bench enqueue ours=4.1 ms peer=3.6 ms ratio=0.88 goal=>= 0.8 ok";

    #[test]
    fn a_line_is_read_with_values_that_hold_spaces() {
        let measured = Measured::read(LINE).unwrap();
        assert_eq!(
            (measured.name, measured.ours, measured.goal, measured.result),
            ("enqueue", "4.1 ms", ">= 0.8", "ok")
        );
        assert!(Measured::read("bench enqueue ours=4 peer=3 ratio=1 goal=2 perhaps").is_none());
        assert!(Measured::read("enqueue took 4 ms").is_none());
    }

    #[test]
    fn a_new_row_replaces_the_old_one_of_its_name_only() {
        let first = table("", &[Measured::read(LINE).unwrap()], "2026-01-01 | a");
        let window = "bench window ours=1 s peer=0.9 s ratio=1.11 goal=<= 1.5 ok";
        let second = table(&first, &[Measured::read(window).unwrap()], "2026-01-02 | b");
        assert!(
            second.contains("| enqueue | 4.1 ms | 3.6 ms | 0.88 | >= 0.8 | ok | 2026-01-01 | a |"),
            "{second}"
        );
        let slower = "bench enqueue ours=9 ms peer=3.6 ms ratio=0.4 goal=>= 0.8 short";
        let third = table(&second, &[Measured::read(slower).unwrap()], "2026-01-03 | c");
        assert!(
            third.contains("| enqueue | 9 ms | 3.6 ms | 0.4 | >= 0.8 | short | 2026-01-03 | c |"),
            "{third}"
        );
        assert!(!third.contains("2026-01-01"), "{third}");
        assert!(third.contains("2026-01-02"), "{third}");
        assert_eq!(third.matches("| name |").count(), 1);
    }
}
