//! `cargo xtask setup`: what a machine needs beside Rust, Node and git.

mod by_hand;
mod debian;
pub mod models;

use crate::process::{self, Failure, Result, command};
use crate::workspace::root;
use by_hand::Machine;
use std::fs;
use std::path::Path;

/// Folders whose npm packages are needed: the user interface, and the data that comes as npm packages.
const NPM_FOLDERS: &[&str] = &["ui", "crates/portal-contract/fonts", "crates/portal-domain/data"];

/// As `engines` in ui/package.json says.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// The independent judges of signed contracts, as pip wants them.
const JUDGES: &str = "pyHanko==0.38.0\npyhanko-cli==0.6.0\n";

/// Where they are installed, for the tests of portal-contract.
const JUDGES_FOLDER: &str = "target/judges";

/// A server that speaks S3, as pip wants it.
const S3: &str = "moto[s3,server]==5.2.5\n";

/// Where it is installed, for the tests of portal-backend.
pub const S3_FOLDER: &str = "target/peers/s3";

/// What asks the API by its description, and the library that its hooks sign with, as pip wants them.
const SCHEMATHESIS: &str = "schemathesis==4.32.5\ncryptography==50.0.2\n";

/// Where they are installed.
pub const SCHEMATHESIS_FOLDER: &str = "target/peers/schemathesis";

/// Other people's tus clients and servers, with the scripts that start them: kept here, installed there.
const TUS_PEERS: &str = "tests/interop/peers";
pub const PEERS_FOLDER: &str = "target/peers";

/// Other programs that fit photos, for benchmarks.
const PHOTO_PEERS: &str = "benches/peers/photos";
const PHOTO_PEERS_FOLDER: &str = "target/peers/photos";

/// What the benchmark of papers measures itself against.
const READING_PEERS: &str = "benches/peers/reading/requirements.txt";
const READING_PEERS_FOLDER: &str = "target/peers/reading";

/// A copy of the lock file, kept beside what was installed from it.
const STAMP: &str = "node_modules/.installed-from-package-lock.json";

/// Installs what is missing, and nothing when nothing is.
///
/// # Errors
/// When something is missing that can't be installed from here; the message says what to install.
pub fn setup() -> Result<()> {
    match Machine::this() {
        Machine::Debian => debian::install()?,
        Machine::Other(machine) => machine.check()?,
    }
    node()?;
    for folder in NPM_FOLDERS {
        npm_packages(&root().join(folder), folder)?;
    }
    // Everything but reading papers works without them.
    if let Err(failure) = models::install() {
        println!("{failure}\nPapers will not be read, only their QR codes.");
    }
    Ok(())
}

/// Installs what is missing for the tests too.
///
/// # Errors
/// As [`setup`]; when Python's packages can't be installed.
pub fn setup_for_tests() -> Result<()> {
    setup()?;
    models::install()?;
    python(JUDGES_FOLDER, JUDGES)?;
    python(S3_FOLDER, S3)?;
    python(SCHEMATHESIS_FOLDER, SCHEMATHESIS)?;
    tus_peers()
}

/// Installs what [`crate::api`] starts beside our own programs, and nothing else.
///
/// # Errors
/// As [`setup_for_tests`].
pub fn setup_for_api() -> Result<()> {
    setup()?;
    python(SCHEMATHESIS_FOLDER, SCHEMATHESIS)
}

/// Installs what [`crate::interop`] starts beside our own programs, and nothing else.
///
/// # Errors
/// As [`setup_for_tests`].
pub fn setup_for_interop() -> Result<()> {
    setup()?;
    tus_peers()
}

/// Installs what [`crate::shared`] starts, and nothing else.
///
/// # Errors
/// As [`setup_for_tests`].
pub fn setup_for_servers() -> Result<()> {
    if Machine::this() == Machine::Debian {
        debian::install()?;
    }
    python(S3_FOLDER, S3)
}

/// Installs other people's tus clients and servers, and nothing else.
///
/// # Errors
/// As [`setup_for_tests`].
pub fn tus_peers() -> Result<()> {
    peers(TUS_PEERS, &format!("{PEERS_FOLDER}/python"), "interop")
}

/// Installs what the benchmark of photos measures itself against, and nothing else.
///
/// # Errors
/// As [`setup_for_tests`].
pub fn photo_peers() -> Result<()> {
    fs::create_dir_all(root().join(PHOTO_PEERS_FOLDER))?;
    peers(PHOTO_PEERS, &format!("{PHOTO_PEERS_FOLDER}/python"), "photos/node")
}

/// Installs what the benchmark of papers measures itself against, and the models of both.
///
/// # Errors
/// As [`setup_for_tests`].
pub fn reading_peers() -> Result<()> {
    models::install()?;
    python(READING_PEERS_FOLDER, &fs::read_to_string(root().join(READING_PEERS))?)
}

/// Other people's programs in Python and for Node, with our scripts that start them beside the packages, where Node finds
/// those.
fn peers(kept: &str, python_folder: &str, node_folder: &str) -> Result<()> {
    let (from, to) = (root().join(kept), root().join(PEERS_FOLDER).join(node_folder));
    python(python_folder, &fs::read_to_string(from.join("requirements.txt"))?)?;
    fs::create_dir_all(&to)?;
    for entry in fs::read_dir(&from)? {
        let file = entry?.path();
        if let Some(name) = file.file_name().filter(|_| file.is_file()) {
            fs::copy(&file, to.join(name))?;
        }
    }
    npm_packages(&to, kept)
}

/// A Python environment with these packages, unless it is there already.
fn python(name: &str, wanted: &str) -> Result<()> {
    let folder = root().join(name);
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let packages: Vec<&str> = wanted.lines().collect();
    println!("installing {} into {name}", packages.join(" and "));
    process::run(command("python3", ["-m", "venv", "--clear", name], root()))?;
    let pip = folder.join("bin/pip");
    let install = ["install", "--quiet", "--disable-pip-version-check"];
    process::run(command(&pip.to_string_lossy(), [&install, &packages[..]].concat(), root()))?;
    Ok(fs::write(stamp, wanted)?)
}

fn node() -> Result<()> {
    let (major, minor) = OLDEST_NODE;
    let advice = format!("install Node {major}.{minor} or newer, with npm: https://nodejs.org");
    let version = process::output(command("node", ["--version"], root()))
        .map_err(|failure| Failure::new(format!("{failure}; {advice}")))?;
    if node_version(&version).is_none_or(|found| found < OLDEST_NODE) {
        return Err(Failure::new(format!("Node {} is too old: {advice}", version.trim())));
    }
    if !process::answers("npm", ["--version"]) {
        return Err(Failure::new(format!("Node is there without npm: {advice}")));
    }
    Ok(())
}

/// Major and minor version of what `node --version` prints.
fn node_version(printed: &str) -> Option<(u32, u32)> {
    let mut numbers = printed.trim().strip_prefix('v')?.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// Installs exactly what the lock file names, unless that was done already.
fn npm_packages(folder: &Path, name: &str) -> Result<()> {
    let lock = fs::read(folder.join("package-lock.json"))?;
    let stamp = folder.join(STAMP);
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("installing the npm packages of {name}");
    process::run(command("npm", ["ci", "--no-audit", "--no-fund"], folder))?;
    // A lock file without packages makes no node_modules.
    fs::create_dir_all(folder.join("node_modules"))?;
    Ok(fs::write(stamp, lock)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_node_is_read() {
        assert_eq!(node_version("v20.20.2\n"), Some((20, 20)));
        assert_eq!(node_version("20.20.2"), None);
        assert_eq!(node_version("v20"), None);
    }

    #[test]
    fn the_oldest_node_is_the_one_that_the_user_interface_names() {
        let package = fs::read_to_string(root().join("ui/package.json")).unwrap();
        let (major, minor) = OLDEST_NODE;
        assert!(package.contains(&format!("\"node\": \">={major}.{minor}\"")), "{package}");
    }
}
