//! `cargo xtask setup`: what a machine needs beside Rust and Node.

use crate::process::{self, Failure, Result, answers, command};
use crate::workspace::root;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Debian's and Ubuntu's packages.
const SYSTEM_PACKAGES: &[&str] = &[
    // To build: a linker, OpenSSL for SQLCipher, the web view and its icons.
    "build-essential",
    "pkg-config",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "librsvg2-dev",
    // To test in a real window with nobody in front of it.
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "matchbox-window-manager",
    "xdotool",
    "x11-utils",
    "imagemagick",
    "fonts-noto-cjk",
    // A real keyring in a D-Bus session of its own.
    "dbus",
    "gnome-keyring",
    "libsecret-tools",
    // To look into PDFs and system calls, and as the peer in benchmarks.
    "poppler-utils",
    "strace",
    "curl",
];

/// Folders whose npm packages are needed: the user interface, and the data that comes as npm packages.
const NPM_FOLDERS: &[&str] = &["ui", "crates/portal-contract/fonts", "crates/portal-domain/data"];

const OLDEST_NODE_MAJOR: u32 = 20;

/// A copy of the lock file, kept beside what was installed from it.
const STAMP: &str = "node_modules/.installed-from-package-lock.json";

/// Installs what is missing, and nothing when nothing is.
///
/// # Errors
/// When something is missing that can't be installed from here; the message says what to install.
pub fn setup() -> Result<()> {
    system()?;
    node()?;
    for folder in NPM_FOLDERS {
        npm_packages(&root().join(folder), folder)?;
    }
    Ok(())
}

fn system() -> Result<()> {
    match std::env::consts::OS {
        "linux" if is_debian_like(&fs::read_to_string("/etc/os-release").unwrap_or_default()) => debian(),
        "linux" => other_linux(),
        "macos" => macos(),
        "windows" => windows(),
        other => Err(Failure::new(format!("the portal is not made for {other}"))),
    }
}

fn is_debian_like(os_release: &str) -> bool {
    os_release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches('"').split(' '))
        .any(|id| matches!(id, "debian" | "ubuntu"))
}

fn debian() -> Result<()> {
    let mut query = command("dpkg-query", ["-W", "-f=${Package} ${db:Status-Status}\n"], root());
    // Its exit code only says that one of them is unknown.
    let known = query.args(SYSTEM_PACKAGES).output()?;
    let missing = missing_packages(&String::from_utf8_lossy(&known.stdout));
    if missing.is_empty() {
        return Ok(());
    }
    println!("installing {}", missing.join(" "));
    as_root(&["apt-get", "update", "--quiet"])?;
    let mut install = vec!["apt-get", "install", "--yes", "--quiet", "--no-install-recommends"];
    install.extend(&missing);
    as_root(&install)
}

fn missing_packages(dpkg_says: &str) -> Vec<&'static str> {
    let installed: BTreeSet<&str> =
        dpkg_says.lines().filter_map(|line| line.strip_suffix(" installed")).collect();
    SYSTEM_PACKAGES.iter().copied().filter(|package| !installed.contains(package)).collect()
}

fn as_root(words: &[&str]) -> Result<()> {
    let is_root = process::output(command("id", ["-u"], root()))?.trim() == "0";
    let quiet = ["env", "DEBIAN_FRONTEND=noninteractive"];
    let all: Vec<&str> =
        if is_root { [&quiet, words].concat() } else { [&["sudo"], &quiet[..], words].concat() };
    let (program, args) = all.split_first().ok_or_else(|| Failure::new("no command"))?;
    process::run(command(program, args.iter().copied(), root()))
        .map_err(|failure| Failure::new(format!("{failure}; install by hand: {}", words.join(" "))))
}

fn other_linux() -> Result<()> {
    let found = answers("pkg-config", ["--exists", "webkit2gtk-4.1", "openssl"]);
    println!(
        "This is neither Debian nor Ubuntu: install what these Debian packages hold: {}.",
        SYSTEM_PACKAGES.join(" ")
    );
    if found { Ok(()) } else { Err(Failure::new("pkg-config does not find webkit2gtk-4.1 and openssl")) }
}

fn macos() -> Result<()> {
    println!(
        "On macOS the portal needs the Xcode command line tools (`xcode-select --install`). \
         Window tests need WebKitWebDriver and are not run here."
    );
    if answers("xcode-select", ["-p"]) {
        Ok(())
    } else {
        Err(Failure::new("run `xcode-select --install`, then this again"))
    }
}

fn windows() -> Result<()> {
    println!(
        "On Windows the portal needs: Visual Studio Build Tools with \"Desktop development with C++\"; \
         the WebView2 Runtime (part of Windows 11); OpenSSL for SQLCipher, with OPENSSL_DIR naming its folder \
         (for example `vcpkg install openssl:x64-windows-static-md`). Window tests are not run here."
    );
    if std::env::var_os("OPENSSL_DIR").is_some() {
        Ok(())
    } else {
        Err(Failure::new("set OPENSSL_DIR to the folder of OpenSSL, then run this again"))
    }
}

fn node() -> Result<()> {
    let advice = format!("install Node {OLDEST_NODE_MAJOR} or newer with npm");
    let version = process::output(command("node", ["--version"], root()))
        .map_err(|failure| Failure::new(format!("{failure}; {advice}")))?;
    match node_major(&version) {
        Some(major) if major >= OLDEST_NODE_MAJOR => Ok(()),
        Some(_) | None => Err(Failure::new(format!("Node {} is too old: {advice}", version.trim()))),
    }
}

fn node_major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Installs exactly what the lock file names, unless that was done already.
fn npm_packages(folder: &Path, name: &str) -> Result<()> {
    let Ok(lock) = fs::read(folder.join("package-lock.json")) else { return Ok(()) };
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
    fn debian_and_its_children_are_known() {
        assert!(is_debian_like("NAME=\"Debian GNU/Linux\"\nID=debian\n"));
        assert!(is_debian_like("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!is_debian_like("ID=fedora\nHOME_URL=\"https://example.org/debian\"\n"));
    }

    #[test]
    fn a_package_that_is_unknown_or_removed_is_missing() {
        let all: String = SYSTEM_PACKAGES.iter().map(|package| format!("{package} installed\n")).collect();
        assert_eq!(missing_packages(&all), Vec::<&str>::new());
        let without = all.replace("xvfb installed\n", "xvfb config-files\n").replace("curl installed\n", "");
        assert_eq!(missing_packages(&without), ["xvfb", "curl"]);
    }

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(node_major("v20.20.2\n"), Some(20));
        assert_eq!(node_major("20.20.2"), None);
    }
}
