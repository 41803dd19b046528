//! `cargo xtask test`: everything that must hold before a change lands.

use crate::process::{Result, Told, answers, run, tee};
use crate::report::Report;
use crate::shared::Servers;
use crate::workspace::{build_programs_and_tests, build_ui, cargo, npm, root};
use crate::{api, bindings, interop, setup};

/// Runs every stage, also after a failure, as far as a stage doesn't need a failed one.
///
/// # Errors
/// When a stage failed; the table on standard output says which.
pub fn test() -> Result<()> {
    let mut report = Report::default();
    if !report.stage("set-up", setup::setup_for_tests) {
        return report.close();
    }
    let has_ui = root().join("ui/package.json").is_file();
    if has_ui {
        report.stage("build the user interface", build_ui);
    } else {
        report.absent("build the user interface", "ui/package.json does not exist yet");
    }
    report.stage("format", || run(cargo(["fmt", "--all", "--check"])));
    if !builds_are_linted() {
        report.stage("lints", || {
            run(cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
        });
    }
    let runner = Runner::found();
    println!("\nRust tests are run by {}.", runner.name());
    let built = report.stage("build programs and tests", build_programs_and_tests);
    report.tests("Rust: units", || tee(runner.units()));
    report.tests("Rust: backend, shared", || {
        let servers = Servers::start()?;
        tee(servers.known_to(runner.backend()))
    });
    report.tests("Rust: documentation", || tee(cargo(["test", "--workspace", "--doc"])));
    bindings_stage(&mut report);
    end_to_end(&mut report, runner, built);
    for (name, run) in [
        ("uploads with other peers", interop::run as fn() -> Result<()>),
        ("the API by its description", api::run),
    ] {
        if built {
            report.stage(name, run);
        } else {
            report.blocked(name, "building the programs");
        }
    }
    if has_ui {
        user_interface(&mut report);
    } else {
        report.absent("user interface", "ui/package.json does not exist yet");
    }
    report.close()
}

/// `.ci/run` has clippy compile the workspace; linting by itself would compile every dependency a second time.
fn builds_are_linted() -> bool {
    std::env::var_os("RUSTC_WORKSPACE_WRAPPER").is_some_and(|compiler| compiler == "clippy-driver")
}

fn bindings_stage(report: &mut Report) {
    const NAME: &str = "bindings are current";
    if bindings::exist() {
        report.stage(NAME, bindings::check);
    } else {
        report.absent(NAME, &format!("{} does not exist yet", bindings::EXAMPLE));
    }
}

/// The end-to-end and window tests start the programs, so these have to be there.
fn end_to_end(report: &mut Report, runner: Runner, built: bool) {
    for (name, test) in [("Rust: end to end", "it"), ("the window, by WebDriver", "webdriver")] {
        let source = format!("tests/{test}/main.rs");
        if !root().join(&source).is_file() {
            report.absent(name, &format!("{source} does not exist yet"));
        } else if built {
            report.tests(name, || tee(runner.one(test)));
        } else {
            report.blocked(name, "building the programs");
        }
    }
}

fn user_interface(report: &mut Report) {
    report.stage("user interface: lints", || run(npm(["run", "lint"])));
    report.stage("user interface: types", || run(npm(["run", "typecheck"])));
    report.tests("user interface: tests", user_interface_tests);
}

fn user_interface_tests() -> Result<Told> {
    // `CI` keeps vitest from watching; without colours its closing lines read the same everywhere.
    let mut command = npm(["test"]);
    command.env("CI", "true").env("NO_COLOR", "1");
    tee(command)
}

/// What runs the Rust tests: nextest where it is installed, because it ends a hanging test and isolates
/// each in its own process; otherwise cargo's own runner, which needs no long installation.
#[derive(Clone, Copy)]
enum Runner {
    Nextest,
    CargoTest,
}

impl Runner {
    fn found() -> Self {
        if answers("cargo", ["nextest", "--version"]) { Self::Nextest } else { Self::CargoTest }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Nextest => "cargo-nextest",
            Self::CargoTest => "cargo test (cargo-nextest is not installed)",
        }
    }

    /// The tests beside the code, of every package but the end-to-end one.
    fn units(self) -> std::process::Command {
        match self {
            // The whole workspace is built and a part of it run, so that features are unified in one way.
            Self::Nextest => cargo([
                "nextest",
                "run",
                "--workspace",
                "--no-fail-fast",
                "-E",
                "not (package(portal-tests) and kind(test))",
            ]),
            Self::CargoTest => {
                cargo(["test", "--workspace", "--exclude", "portal-tests", "--no-fail-fast", "--tests"])
            }
        }
    }

    /// The backend's tests beside its code, also those for which it needs servers to share.
    fn backend(self) -> std::process::Command {
        match self {
            Self::Nextest => cargo([
                "nextest",
                "run",
                "--workspace",
                "--no-fail-fast",
                "--run-ignored",
                "all",
                "-E",
                "package(portal-backend) and kind(test)",
            ]),
            Self::CargoTest => cargo([
                "test",
                "--package",
                "portal-backend",
                "--no-fail-fast",
                "--test",
                "*",
                "--",
                "--include-ignored",
            ]),
        }
    }

    /// One test binary of `portal-tests`.
    fn one(self, test: &str) -> std::process::Command {
        match self {
            Self::Nextest => cargo([
                "nextest",
                "run",
                "--workspace",
                "--no-fail-fast",
                "-E",
                &format!("package(portal-tests) and binary({test})"),
            ]),
            Self::CargoTest => cargo(["test", "--workspace", "--no-fail-fast", "--test", test]),
        }
    }
}
