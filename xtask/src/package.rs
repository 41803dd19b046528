//! `cargo xtask package`: the installers of this platform, and the proof that what they hold works together.

use crate::process::{self, Failure, Result, answers};
use crate::setup;
use crate::workspace::{build_ui, cargo, root, target};
use std::fs;
use std::path::{Path, PathBuf};

/// Only this command needs it. It isn't among ui's packages, because a registry that lacks the binaries of one
/// platform would then keep `npm ci` from working on all.
const TAURI_CLI: &str = "@tauri-apps/cli@2.12.5";

/// The packages whose programs are given to people: named one by one, because the end-to-end tests would switch on
/// features that no release may have.
const SHIPPED: &[&str] =
    &["merchant-portal", "portal-cli", "portal-imaging", "portal-recognition", "portal-backend"];

/// Their programs.
const PROGRAMS: &[&str] =
    &["merchant-portal", "portal", "portal-photo-worker", "portal-page-reader", "portal-backend"];

/// What switches on the harm that programs built with tests can do.
const HARMFUL: [&str; 2] = ["PORTAL_CRASH_AT", "PORTAL_MUTANT"];

/// Programs installed beside the window: the command line, and the two that both start for each photo.
const BESIDE_THE_WINDOW: &[&str] = &["portal", "portal-photo-worker", "portal-page-reader"];

/// Builds the installers in release mode, and on Debian tries the one for it.
///
/// # Errors
/// When a part of the build fails, nothing has been prepared for this platform, or the unpacked installer can't
/// fit a photo.
pub fn package() -> Result<()> {
    let bundles = match std::env::consts::OS {
        "linux" if makes_deb() => "deb,rpm",
        "linux" => "rpm",
        "windows" => "nsis",
        "macos" => "app,dmg",
        other => return Err(Failure::new(format!("no installer is made for {other}"))),
    };
    setup::setup()?;
    setup::models::install()?;
    build_ui()?;
    process::run(cargo(release_build()))?;
    let release = target()?.join("release");
    for program in PROGRAMS {
        let program = executable(&release, program);
        refuse_harmful(&program.to_string_lossy(), &fs::read(&program)?)?;
    }
    let staged = target()?.join("package");
    let settings = stage(&release, &staged)?;
    let made = release.join("bundle");
    remove(&made)?;
    // Nothing looks for the mark that tells an updater the kind of bundle, and patching would write into the
    // programs just built.
    let bundle =
        ["--yes", TAURI_CLI, "bundle", "--ci", "--no-binary-patching", "--bundles", bundles, "--config"];
    process::run(process::command("npx", bundle.into_iter().chain([&*settings.to_string_lossy()]), root()))?;
    if makes_deb() {
        try_deb(&made.join("deb"), &staged)?;
    }
    println!("the installers are in {}", made.display());
    println!("the backend's program is {}", executable(&release, "portal-backend").display());
    Ok(())
}

/// The programs as they are given to people.
pub fn release_build() -> Vec<&'static str> {
    let packages = SHIPPED.iter().flat_map(|package| ["--package", package]);
    ["build", "--locked", "--release", "--bins"].into_iter().chain(packages).collect()
}

/// Crash points and mutants are for tests; a program that knows how to switch them on is given to nobody.
fn refuse_harmful(name: &str, program: &[u8]) -> Result<()> {
    let knows = |word: &&&str| program.windows(word.len()).any(|bytes| bytes == word.as_bytes());
    match HARMFUL.iter().find(knows) {
        Some(word) => Err(Failure::new(format!("{name} was built with tests: it knows {word}"))),
        None => Ok(()),
    }
}

fn makes_deb() -> bool {
    answers("dpkg-shlibdeps", ["--version"])
}

/// Puts the programs beside the window where Tauri's bundler looks for them, under the names it wants, and writes
/// the settings that are only known now. Returns the file of settings.
fn stage(release: &Path, staged: &Path) -> Result<PathBuf> {
    remove(staged)?;
    fs::create_dir_all(staged)?;
    let platform = platform()?;
    for program in BESIDE_THE_WINDOW {
        fs::copy(executable(release, program), executable(staged, &format!("{program}-{platform}")))?;
    }
    let mut programs = vec![executable(release, "merchant-portal")];
    programs.extend(BESIDE_THE_WINDOW.iter().map(|program| executable(release, program)));
    let libraries = if makes_deb() { debian_libraries(&programs, staged)? } else { Vec::new() };
    let settings = staged.join("tauri.json");
    let beside =
        BESIDE_THE_WINDOW.iter().map(|program| staged.join(program).to_string_lossy().replace('\\', "/"));
    let models = setup::models::folder()?;
    let resources = setup::models::names()
        .map(|name| (models.join(name).to_string_lossy().replace('\\', "/"), format!("models/{name}")));
    let resources: Vec<_> = resources.collect();
    fs::write(&settings, bundle_settings(&beside.collect::<Vec<_>>(), &resources, &libraries))?;
    Ok(settings)
}

/// `resources` are files and where they are put.
fn bundle_settings(beside: &[String], resources: &[(String, String)], debian_libraries: &[String]) -> String {
    let resources: Vec<String> = resources.iter().map(|(from, to)| format!("{from:?}:{to:?}")).collect();
    let resources = resources.join(",");
    format!(
        r#"{{"bundle":{{"externalBin":{beside:?},"resources":{{{resources}}},"linux":{{"deb":{{"depends":{debian_libraries:?}}}}}}}}}"#
    )
}

/// The packages, with versions, that hold the shared libraries which the programs were linked with.
fn debian_libraries(programs: &[PathBuf], staged: &Path) -> Result<Vec<String>> {
    // The tool reads the name of the package from here and nothing else.
    fs::create_dir_all(staged.join("debian"))?;
    fs::write(staged.join("debian/control"), "Source: zhanggui\n\nPackage: zhanggui\nArchitecture: any\n")?;
    let mut find = process::command("dpkg-shlibdeps", ["-O"], staged);
    find.args(programs);
    let found = process::output(find)?;
    dependencies(&found).ok_or_else(|| Failure::new(format!("dpkg-shlibdeps printed \"{}\"", found.trim())))
}

/// Reads `shlibs:Depends=libc6 (>= 2.34), libssl3 (>= 3.0.0)`.
fn dependencies(printed: &str) -> Option<Vec<String>> {
    let list = printed.lines().find_map(|line| line.strip_prefix("shlibs:Depends="))?;
    Some(list.split(',').map(|package| package.trim().to_owned()).collect())
}

/// The platform's name in Rust's words, which the bundler expects at the end of a program's name.
fn platform() -> Result<String> {
    let told = process::output(process::command("rustc", ["-vV"], root()))?;
    host(&told).map(str::to_owned).ok_or_else(|| Failure::new("rustc names no host"))
}

fn host(rustc_says: &str) -> Option<&str> {
    rustc_says.lines().find_map(|line| line.strip_prefix("host: "))
}

/// Unpacks the installer and lets its command line fit a photo, which takes its worker.
fn try_deb(folder: &Path, staged: &Path) -> Result<()> {
    let deb = fs::read_dir(folder)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .ok_or_else(|| Failure::new(format!("there is no .deb in {}", folder.display())))?;
    let unpacked = staged.join("unpacked");
    let (deb, into) = (deb.to_string_lossy(), unpacked.to_string_lossy());
    process::run(process::command("dpkg-deb", ["--extract", &*deb, &*into], root()))?;
    let installed = unpacked.join("usr/bin");
    if !installed.join("merchant-portal").is_file() {
        return Err(Failure::new(format!("{deb} has no usr/bin/merchant-portal")));
    }
    let fitted = staged.join("fitted.jpg");
    let picture = "docs/images/portal.png";
    let fit = ["photo", "fit", picture, "--slot", "business_licence", "--out", &*fitted.to_string_lossy()];
    let portal = installed.join("portal");
    let mut fit = process::command(&portal.to_string_lossy(), fit, root());
    // It must find the worker that was installed with it, and no other.
    fit.env_remove("PORTAL_PHOTO_WORKER");
    process::run(fit)?;
    // And the reader with its models: nothing is written there to be read, but it says that it looked.
    let read = ["photo", "read", picture, "--slot", "business_licence", "--json"];
    let mut read = process::command(&installed.join("portal").to_string_lossy(), read, root());
    read.env_remove("PORTAL_PAGE_READER").env_remove("PORTAL_MODELS");
    let told = read.output()?;
    if !String::from_utf8_lossy(&told.stdout).replace(' ', "").contains("\"print_was_read\":true") {
        return Err(Failure::new(format!("the reader in {deb} has no models: {told:?}")));
    }
    println!("the programs in {deb} work together");
    Ok(())
}

fn executable(folder: &Path, name: &str) -> PathBuf {
    // Not `with_extension`: a platform's name may hold a dot.
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Removes a folder that may not be there, so that nothing old is taken for new.
fn remove(folder: &Path) -> Result<()> {
    if folder.is_dir() { Ok(fs::remove_dir_all(folder)?) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_holds_no_test_and_no_feature_of_one() {
        let build = release_build();
        assert!(build.contains(&"--release") && build.contains(&"--locked"), "{build:?}");
        for absent in ["--workspace", "--features", "--all-features", "portal-tests", "xtask"] {
            assert!(!build.contains(&absent), "{absent}: {build:?}");
        }
    }

    #[test]
    fn a_program_with_crash_points_or_mutants_is_not_given_away() {
        assert!(refuse_harmful("portal", b"...PORTAL_LOG...").is_ok());
        for word in HARMFUL {
            let failure = refuse_harmful("portal", format!("..{word}..").as_bytes()).unwrap_err();
            assert!(failure.to_string().contains(word), "{failure}");
        }
    }

    #[test]
    fn the_libraries_of_a_program_become_dependencies() {
        let printed = "shlibs:Depends=libc6 (>= 2.34), libssl3 (>= 3.0.0)\n";
        assert_eq!(dependencies(printed).unwrap(), ["libc6 (>= 2.34)", "libssl3 (>= 3.0.0)"]);
        assert_eq!(dependencies("nothing\n"), None);
    }

    #[test]
    fn the_settings_name_what_is_installed_beside_the_window() {
        let settings = bundle_settings(
            &["a/portal".to_owned()],
            &[("b/c.onnx".to_owned(), "models/c.onnx".to_owned())],
            &["libc6 (>= 2.34)".to_owned()],
        );
        assert_eq!(
            settings,
            r#"{"bundle":{"externalBin":["a/portal"],"resources":{"b/c.onnx":"models/c.onnx"},"linux":{"deb":{"depends":["libc6 (>= 2.34)"]}}}}"#
        );
    }

    #[test]
    fn the_reader_looks_for_its_models_where_the_deb_puts_them() {
        let settings = fs::read_to_string(root().join("src-tauri/tauri.linux.conf.json")).unwrap();
        let name = settings.split("\"productName\": \"").nth(1).unwrap().split('"').next().unwrap();
        let reader = fs::read_to_string(root().join("crates/portal-recognition/src/models.rs")).unwrap();
        assert!(reader.contains(&format!("\"../lib/{name}/models\"")), "{name}");
    }

    #[test]
    fn rustc_names_its_host() {
        assert_eq!(
            host("rustc 1.95.0\nhost: x86_64-unknown-linux-gnu\nrelease: 1.95.0\n"),
            Some("x86_64-unknown-linux-gnu")
        );
        assert_eq!(host("rustc 1.95.0\n"), None);
    }
}
