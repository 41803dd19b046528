//! Machines on which a person installs what is needed: what to say there, and what can be checked.

use super::debian;
use crate::process::{Failure, Result, answers};
use std::fs;

/// A machine, by how it gets what the portal needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// Has Debian's packages.
    Debian,
    Other(ByHand),
}

/// A machine on which nothing is installed from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByHand {
    Linux,
    MacOs,
    Windows,
    /// The portal is not made for it.
    Unknown,
}

impl Machine {
    /// The machine this runs on.
    pub fn this() -> Self {
        Self::of(std::env::consts::OS, &fs::read_to_string("/etc/os-release").unwrap_or_default())
    }

    fn of(os: &str, os_release: &str) -> Self {
        match os {
            "linux" if is_debian_like(os_release) => Self::Debian,
            "linux" => Self::Other(ByHand::Linux),
            "macos" => Self::Other(ByHand::MacOs),
            "windows" => Self::Other(ByHand::Windows),
            _ => Self::Other(ByHand::Unknown),
        }
    }
}

impl ByHand {
    /// Says what the machine needs, as not everything can be checked from here.
    ///
    /// # Errors
    /// When something is known to be missing.
    pub fn check(self) -> Result<()> {
        println!("{}", self.needs());
        match self.lacks(Part::is_there) {
            None => Ok(()),
            Some(missing) => {
                Err(Failure::new(format!("{missing}: install what is named above, then run this again")))
            }
        }
    }

    /// What a person has to install beside Rust and Node.
    fn needs(self) -> String {
        match self {
            Self::Linux => format!(
                "This is neither Debian nor Ubuntu. Install what these packages of Debian hold, with the package \
                 manager of this machine:\n  {}",
                debian::PACKAGES.join(" ")
            ),
            Self::MacOs => MACOS.to_owned(),
            Self::Windows => WINDOWS.to_owned(),
            Self::Unknown => {
                "The portal is made for Linux, Windows and macOS; this is another system.".to_owned()
            }
        }
    }

    /// What is known to be missing, if anything.
    fn lacks(self, there: impl Fn(Part) -> bool) -> Option<&'static str> {
        let (part, missing) = match self {
            Self::Linux => (Part::Libraries, "pkg-config does not find webkit2gtk-4.1 and openssl"),
            Self::MacOs => (Part::CommandLineTools, "the Xcode command line tools are missing"),
            Self::Windows => (Part::OpenSsl, "OPENSSL_DIR is not set"),
            Self::Unknown => return Some("there is nothing to install here"),
        };
        (!there(part)).then_some(missing)
    }
}

const MACOS: &str = "\
On macOS the portal needs:
  - the Xcode command line tools: xcode-select --install
  - CMake and NASM: brew install cmake nasm
Tests of the window need WebKitWebDriver and a virtual screen; they run on Linux only.";

const WINDOWS: &str = "\
On Windows the portal needs:
  - Visual Studio Build Tools with \"Desktop development with C++\", which has CMake:
      winget install Microsoft.VisualStudio.2022.BuildTools
  - NASM, with its folder in PATH:
      winget install NASM.NASM
  - the WebView2 Runtime, which Windows 11 has; on Windows 10:
      winget install Microsoft.EdgeWebView2Runtime
  - OpenSSL for SQLCipher, with the variable OPENSSL_DIR naming its folder:
      vcpkg install openssl:x64-windows-static-md
      setx OPENSSL_DIR %VCPKG_ROOT%\\installed\\x64-windows-static-md
Tests of the window need WebKitWebDriver and a virtual screen; they run on Linux only.";

/// Something whose presence can be found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Libraries,
    CommandLineTools,
    OpenSsl,
}

impl Part {
    fn is_there(self) -> bool {
        match self {
            Self::Libraries => answers("pkg-config", ["--exists", "webkit2gtk-4.1", "openssl"]),
            Self::CommandLineTools => answers("xcode-select", ["-p"]),
            Self::OpenSsl => std::env::var_os("OPENSSL_DIR").is_some(),
        }
    }
}

fn is_debian_like(os_release: &str) -> bool {
    os_release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches('"').split(' '))
        .any(|id| matches!(id, "debian" | "ubuntu"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEBIAN: &str = "NAME=\"Debian GNU/Linux\"\nID=debian\n";

    #[test]
    fn the_machine_is_known_by_its_system_and_its_distribution() {
        assert_eq!(Machine::of("linux", DEBIAN), Machine::Debian);
        assert_eq!(Machine::of("linux", "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"), Machine::Debian);
        assert_eq!(
            Machine::of("linux", "ID=fedora\nHOME_URL=\"https://example.org/debian\"\n"),
            Machine::Other(ByHand::Linux)
        );
        assert_eq!(Machine::of("linux", ""), Machine::Other(ByHand::Linux));
        // Such a file does not make another system a Debian.
        assert_eq!(Machine::of("macos", DEBIAN), Machine::Other(ByHand::MacOs));
        assert_eq!(Machine::of("windows", ""), Machine::Other(ByHand::Windows));
        assert_eq!(Machine::of("freebsd", ""), Machine::Other(ByHand::Unknown));
    }

    #[test]
    fn each_machine_is_told_exactly_what_to_install() {
        let windows = ByHand::Windows.needs();
        for named in ["Desktop development with C++", "WebView2", "OPENSSL_DIR", "vcpkg install openssl"] {
            assert!(windows.contains(named), "{named}: {windows}");
        }
        let macos = ByHand::MacOs.needs();
        assert!(macos.contains("xcode-select --install"), "{macos}");
        assert!(!macos.contains("vcpkg"), "{macos}");
        let linux = ByHand::Linux.needs();
        for package in debian::PACKAGES {
            assert!(linux.contains(package), "{package}: {linux}");
        }
    }

    #[test]
    fn a_missing_part_is_named_and_a_present_one_is_not() {
        for (machine, part, missing) in [
            (ByHand::Linux, Part::Libraries, "webkit2gtk-4.1"),
            (ByHand::MacOs, Part::CommandLineTools, "Xcode"),
            (ByHand::Windows, Part::OpenSsl, "OPENSSL_DIR"),
        ] {
            assert!(machine.lacks(|asked| asked != part).is_some_and(|said| said.contains(missing)));
            assert_eq!(machine.lacks(|asked| asked == part), None);
        }
        assert!(ByHand::Unknown.lacks(|_| true).is_some());
    }
}
