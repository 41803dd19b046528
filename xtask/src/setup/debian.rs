//! Debian, Ubuntu and their children: everything comes from their package archive.

use crate::process::{self, Failure, Result, answers, command};
use crate::workspace::root;
use std::collections::BTreeSet;

/// What is needed beside Rust, Node and git, down to a machine that has nothing else. The tidy tests hold this
/// list against the programs that the code starts.
pub const PACKAGES: &[&str] = &[
    // To build: a linker, OpenSSL for SQLCipher, the web view and its icons.
    "build-essential",
    "pkg-config",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "librsvg2-dev",
    "librsvg2-bin",
    // zxing-cpp, the reader of QR codes, brings its C++ sources; libjpeg-turbo its C and its assembly.
    "cmake",
    "nasm",
    // To test in a real window with nobody in front of it.
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "matchbox-window-manager",
    "xdotool",
    // What a person drags and copies, for the tests of the real window.
    "xclip",
    "python3-gi",
    "gir1.2-gtk-3.0",
    "x11-utils",
    "imagemagick",
    "fonts-noto-cjk",
    // A browser that stands in for a phone.
    "chromium",
    "chromium-driver",
    // A real keyring in a D-Bus session of its own.
    "dbus",
    "gnome-keyring",
    "libsecret-tools",
    // To find and end processes, to fill a small disk, to look into PDFs and system calls, and as the peer in
    // benchmarks.
    "procps",
    "mount",
    "poppler-utils",
    // For pyHanko, the judge of signed contracts, and moto, which speaks S3.
    "python3-venv",
    // The shared database of several backends.
    "postgresql",
    "strace",
    "curl",
    // To watch an address appear in a network of its own.
    "iproute2",
];

/// Installs the packages that are missing.
///
/// # Errors
/// When that takes rights that can't be had here, or a package does not exist; the message has the command for
/// a person to run.
pub fn install() -> Result<()> {
    let mut query = command("dpkg-query", ["-W", "-f=${Package} ${db:Status-Status}\n"], root());
    // Its exit code only says that one of them is unknown.
    let known = query.args(PACKAGES).output()?;
    let missing = missing(&String::from_utf8_lossy(&known.stdout));
    if missing.is_empty() {
        return Ok(());
    }
    println!("installing {}", missing.join(" "));
    let install = install_command(&missing);
    let with_advice = |failure: Failure| {
        let by_hand = install.join(" ");
        Failure::new(format!(
            "{failure}\nThe packages are in Debian 12, Ubuntu 22.04 and newer. To install by hand, as root: {by_hand}"
        ))
    };
    let rights = Rights::found().map_err(with_advice)?;
    // New machines have no package lists, and old ones name versions that are gone. A broken further source must
    // not keep the archive's own packages from being installed.
    if let Err(failure) = rights.run(&["apt-get", "update", "--quiet"]) {
        println!("{failure}; going on with the package lists that are there");
    }
    rights.run(&install).map_err(with_advice)
}

fn missing(dpkg_says: &str) -> Vec<&'static str> {
    let installed: BTreeSet<&str> =
        dpkg_says.lines().filter_map(|line| line.strip_suffix(" installed")).collect();
    PACKAGES.iter().copied().filter(|package| !installed.contains(package)).collect()
}

fn install_command<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    // A new Ubuntu updates itself just then: wait for it instead of failing.
    const INSTALL: &[&str] = &[
        "apt-get",
        "install",
        "--yes",
        "--quiet",
        "--no-install-recommends",
        "-o",
        "DPkg::Lock::Timeout=600",
    ];
    [INSTALL, packages].concat()
}

/// How packages can be installed by whoever runs this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rights {
    Root,
    Sudo,
}

impl Rights {
    fn found() -> Result<Self> {
        let id = process::output(command("id", ["-u"], root()))?;
        Self::of(id.trim(), answers("sudo", ["--version"]))
    }

    fn of(user_id: &str, has_sudo: bool) -> Result<Self> {
        match (user_id, has_sudo) {
            ("0", _) => Ok(Self::Root),
            (_, true) => Ok(Self::Sudo),
            (_, false) => Err(Failure::new("this user is not root and there is no sudo")),
        }
    }

    /// The whole command line, asking no questions but sudo's for a password.
    fn words<'a>(self, words: &[&'a str]) -> Vec<&'a str> {
        // `env` after sudo, which passes no variables on by itself.
        const QUIET: &[&str] = &["env", "DEBIAN_FRONTEND=noninteractive"];
        match self {
            Self::Root => [QUIET, words].concat(),
            Self::Sudo => [&["sudo"], QUIET, words].concat(),
        }
    }

    fn run(self, words: &[&str]) -> Result<()> {
        let all = self.words(words);
        let (program, args) = all.split_first().ok_or_else(|| Failure::new("no command"))?;
        process::run(command(program, args.iter().copied(), root()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_is_unknown_or_removed_is_missing() {
        let all: String = PACKAGES.iter().map(|package| format!("{package} installed\n")).collect();
        assert_eq!(missing(&all), Vec::<&str>::new());
        let without = all.replace("xvfb installed\n", "xvfb config-files\n").replace("curl installed\n", "");
        assert_eq!(missing(&without), ["xvfb", "curl"]);
    }

    #[test]
    fn root_needs_no_sudo_and_others_do() {
        assert_eq!(Rights::of("0", false).unwrap(), Rights::Root);
        assert_eq!(Rights::of("1000", true).unwrap(), Rights::Sudo);
        let failure = Rights::of("1000", false).unwrap_err();
        assert!(failure.to_string().contains("no sudo"), "{failure}");
    }

    #[test]
    fn the_installation_asks_nothing() {
        for rights in [Rights::Root, Rights::Sudo] {
            let words = rights.words(&install_command(&["curl"])).join(" ");
            assert!(words.contains("env DEBIAN_FRONTEND=noninteractive apt-get install --yes"), "{words}");
            assert!(words.ends_with(" curl"), "{words}");
        }
    }
}
