//! `cargo xtask fuzz`: what strangers send, made worse by libFuzzer for as long as one likes.

use crate::process::{self, Failure, Result, answers, command};
use crate::workspace::{root, target};
use std::fs;

/// As cargo-fuzz wants it, a workspace of its own; the targets are its files.
const FOLDER: &str = "fuzz";
const TARGETS: &str = "fuzz/fuzz_targets";

/// What builds and starts the targets.
const CARGO_FUZZ: &str = "0.13.2";
/// Sanitizers need it. Nothing else does.
const TOOLCHAIN: &str = "+nightly";

/// One that takes longer over an input, or more memory, is as good as crashed.
const LIMITS: [&str; 2] = ["-timeout=20", "-rss_limit_mb=3000"];

/// Runs one target or all, each for a while. What it learns is kept in the target folder for the next time, and so is the
/// input that made one crash.
///
/// # Errors
/// When a target crashes, or there is none of this name.
pub fn fuzz(words: &[&str]) -> Result<()> {
    let Wanted { name, seconds } = wanted(words)?;
    let known = targets()?;
    let chosen: Vec<&String> = known.iter().filter(|known| name.is_none_or(|name| *known == name)).collect();
    if chosen.is_empty() {
        return Err(Failure::new(format!("there is no such target; there are {}", known.join(", "))));
    }
    let program = install()?;
    let kept = target()?.join(FOLDER);
    for name in chosen {
        let (corpus, crashes) = (kept.join("corpus").join(name), kept.join("crashes").join(name));
        fs::create_dir_all(&corpus)?;
        fs::create_dir_all(&crashes)?;
        let corpus = corpus.to_string_lossy();
        let prefix = format!("-artifact_prefix={}/", crashes.display());
        let time = format!("-max_total_time={seconds}");
        let words = [TOOLCHAIN, "fuzz", "run", "--fuzz-dir", FOLDER, "-O", "-a", name, &corpus, "--"];
        let mut run = command("cargo", [&words[..], &[&time, &prefix], &LIMITS].concat(), root());
        run.env("CARGO_TARGET_DIR", &kept).env("PATH", path_with(&program)?);
        // This toolchain's variables would choose that one's.
        run.env_remove("RUSTUP_TOOLCHAIN");
        process::run(run)?;
    }
    Ok(())
}

struct Wanted<'a> {
    name: Option<&'a str>,
    seconds: u64,
}

fn wanted<'a>(words: &[&'a str]) -> Result<Wanted<'a>> {
    let (name, options) = match words {
        [name, options @ ..] if !name.starts_with('-') => (Some(*name), options),
        options => (None, options),
    };
    let seconds = match options {
        [] => Some(60),
        ["--seconds", seconds] => seconds.parse().ok(),
        _ => None,
    };
    let seconds = seconds.ok_or_else(|| Failure::new("usage: cargo xtask fuzz [TARGET] [--seconds N]"))?;
    Ok(Wanted { name, seconds })
}

fn targets() -> Result<Vec<String>> {
    let files = fs::read_dir(root().join(TARGETS))?.flatten();
    let mut names: Vec<String> =
        files.filter_map(|file| Some(file.path().file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    Ok(names)
}

/// The folder with cargo-fuzz, installed when it isn't there.
fn install() -> Result<std::path::PathBuf> {
    if !answers("cargo", [TOOLCHAIN, "--version"]) {
        return Err(Failure::new(
            "fuzzing needs a nightly compiler: rustup toolchain install nightly --profile minimal",
        ));
    }
    let tools = target()?.join("fuzz-tools");
    if !tools.join("bin/cargo-fuzz").is_file() {
        let tools = tools.to_string_lossy();
        let install = ["install", "cargo-fuzz", "--version", CARGO_FUZZ, "--locked", "--root", &tools];
        process::run(command("cargo", install, root()))?;
    }
    Ok(tools.join("bin"))
}

fn path_with(folder: &std::path::Path) -> Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).map_err(|error| Failure::new(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_and_a_time_are_read() {
        let read = |words: &[&'static str]| wanted(words).map(|wanted| (wanted.name, wanted.seconds)).ok();
        assert_eq!(read(&[]), Some((None, 60)));
        assert_eq!(read(&["tus"]), Some((Some("tus"), 60)));
        assert_eq!(read(&["tus", "--seconds", "5"]), Some((Some("tus"), 5)));
        assert_eq!(read(&["--seconds", "5"]), Some((None, 5)));
        assert_eq!(read(&["--seconds"]), None);
        assert_eq!(read(&["tus", "picture"]), None);
    }

    #[test]
    fn every_target_is_built() {
        let manifest = fs::read_to_string(root().join(FOLDER).join("Cargo.toml")).unwrap();
        let targets = targets().unwrap();
        assert!(targets.len() >= 4, "{targets:?}");
        for name in targets {
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is missing in fuzz/Cargo.toml");
        }
    }
}
