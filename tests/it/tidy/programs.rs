//! Every program that the code starts is installed by set-up: one that is on somebody's machine by chance must not
//! hide a missing step.

use super::sources::SourceFile;

/// Programs and the Debian package each is in.
const PACKAGED: &[(&str, &str)] = &[
    ("Xvfb", "xvfb"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
    ("chromedriver", "chromium-driver"),
    ("matchbox-window-manager", "matchbox-window-manager"),
    ("xdotool", "xdotool"),
    ("xclip", "xclip"),
    ("/usr/bin/python3", "python3-gi"),
    ("xprop", "x11-utils"),
    ("import", "imagemagick"),
    ("convert", "imagemagick"),
    ("rsvg-convert", "librsvg2-bin"),
    ("dbus-daemon", "dbus"),
    ("dbus-run-session", "dbus"),
    ("dbus-send", "dbus"),
    ("gnome-keyring-daemon", "gnome-keyring"),
    ("secret-tool", "libsecret-tools"),
    ("pdftotext", "poppler-utils"),
    ("pdftoppm", "poppler-utils"),
    ("pdffonts", "poppler-utils"),
    ("pdfinfo", "poppler-utils"),
    ("pdfsig", "poppler-utils"),
    ("openssl", "openssl"),
    ("kill", "procps"),
    ("pgrep", "procps"),
    ("ps", "procps"),
    ("mount", "mount"),
    ("umount", "mount"),
    ("strace", "strace"),
    ("python3", "python3-venv"),
    ("curl", "curl"),
    ("pg_dump", "postgresql"),
    ("pg_restore", "postgresql"),
    ("createdb", "postgresql"),
    ("psql", "postgresql"),
    ("pgbench", "postgresql"),
    ("ip", "iproute2"),
    ("pkg-config", "pkg-config"),
    ("dpkg-shlibdeps", "build-essential"),
];

/// What a machine has before set-up: Rust, Node, git, and the base of every Debian; or what is only asked whether it
/// is there.
const GIVEN: &[&str] = &[
    "cargo",
    "rustc",
    "node",
    "npm",
    "npx",
    "git",
    "id",
    "env",
    "getconf",
    "gzip",
    "sh",
    "bash",
    "true",
    "chown",
    "cp",
    "runuser",
    "sleep",
    "dpkg-query",
    "dpkg-deb",
    "apt-get",
    "sudo",
    "taskset",
    "unshare",
    "xcode-select",
];

/// Programs that Rust code starts, and whether the list of set-up's packages (the text of its source) has theirs.
pub fn not_installed(tree: &[SourceFile], set_up: &str) -> Vec<String> {
    let rust = tree.iter().filter(|file| file.path.ends_with(".rs"));
    rust.flat_map(|file| {
        let started =
            file.text.lines().enumerate().flat_map(|(index, line)| {
                started_in(line).into_iter().map(move |program| (index + 1, program))
            });
        started.filter_map(|(line, program)| {
            let advice = advice(program, set_up)?;
            Some(format!("{}:{line}: {advice}", file.path))
        })
    })
    .collect()
}

/// The literal names in `Command::new("…")`, `command("…"`, `answers("…"`.
fn started_in(line: &str) -> Vec<&str> {
    // In two parts, or this file would start them.
    let starts = [concat!("Command::", "new(\""), concat!("comm", "and(\""), concat!("answ", "ers(\"")];
    if line.trim_start().starts_with("//") {
        return Vec::new();
    }
    let names = starts.iter().flat_map(|start| line.split(start).skip(1));
    names.filter_map(|rest| rest.split_once('"').map(|(name, _)| name)).collect()
}

fn advice(program: &str, set_up: &str) -> Option<String> {
    if GIVEN.contains(&program) || program.starts_with("no-such-") || program.contains('/') {
        return None;
    }
    match PACKAGED.iter().find(|(name, _)| *name == program) {
        Some((_, package)) if set_up.contains(&format!("\"{package}\"")) => None,
        Some((_, package)) => Some(format!("{program} is in {package}: add it to xtask/src/setup/debian.rs")),
        None => Some(format!("say in tests/it/tidy/programs.rs in which Debian package {program} is")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, set_up: &str) -> Vec<String> {
        not_installed(&[SourceFile::new("tests/support/a.rs", line)], set_up)
    }

    #[test]
    fn a_program_whose_package_is_not_installed_is_found() {
        let line = concat!("Command::", "new(\"pgrep\").arg(\"-P\")");
        assert_eq!(
            check(line, "\"curl\","),
            ["tests/support/a.rs:1: pgrep is in procps: add it to xtask/src/setup/debian.rs"]
        );
        assert!(check(line, "\"procps\",").is_empty());
    }

    #[test]
    fn a_program_of_an_unknown_package_is_found() {
        for line in [concat!("desktop.comm", "and(\"xeyes\")"), concat!("answ", "ers(\"xeyes\", [])")] {
            assert_eq!(check(line, "\"curl\",").len(), 1, "{line}");
        }
    }

    #[test]
    fn what_every_machine_has_is_left_alone() {
        for line in [
            concat!("Command::", "new(\"git\")"),
            concat!("// Command::", "new(\"xeyes\")"),
            "Command::new(program)",
        ] {
            assert!(check(line, "").is_empty(), "{line}");
        }
    }
}
