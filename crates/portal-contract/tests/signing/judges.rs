//! Independent verifiers: pyHanko, and pdfsig of poppler-utils.

use std::path::{Path, PathBuf};
use std::process::Command;

use portal_contract::pki::certificate_to_pem;
use serde::Deserialize;
use tempfile::TempDir;
use x509_cert::Certificate;

/// What a judge said.
#[derive(Debug)]
pub struct Judgement {
    pub valid: bool,
    pub words: String,
}

/// Leaves a file where a person can look at it.
pub fn keep(name: &str, pdf: &[u8]) {
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), pdf).unwrap();
}

/// `pyhanko sign validate`, from the virtual environment that `cargo xtask setup` makes, on each file.
pub fn pyhanko(files: &[&[u8]], root: &Certificate) -> Vec<Judgement> {
    #[derive(Deserialize)]
    struct Result {
        code: i32,
        words: String,
    }
    let folder = TempDir::new().unwrap();
    let pem = folder.path().join("root.pem");
    std::fs::write(&pem, certificate_to_pem(root).unwrap()).unwrap();
    let paths = files.iter().enumerate().map(|(index, pdf)| {
        let path = folder.path().join(format!("{index}.pdf"));
        std::fs::write(&path, pdf).unwrap();
        path
    });
    let output = Command::new(checkout().join("target/judges/bin/python"))
        .arg(checkout().join("crates/portal-contract/tests/signing/judge.py"))
        .arg(&pem)
        .args(paths.collect::<Vec<_>>())
        .output()
        .expect("run `cargo xtask setup` for pyHanko");
    let results: Vec<Result> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("pyHanko: {error}: {}", text(&output.stderr)));
    assert_eq!(results.len(), files.len());
    results.into_iter().map(|result| Judgement { valid: result.code == 0, words: result.words }).collect()
}

/// pdfsig, which knows no roots of ours: its words about the signatures are what counts.
pub fn pdfsig(pdf: &[u8]) -> Judgement {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("in.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new("pdfsig").arg("-nocert").arg(&file).output().expect("pdfsig of poppler-utils");
    let words = format!("{}{}", text(&output.stdout), text(&output.stderr));
    let verdicts: Vec<&str> = words.lines().filter(|line| line.contains("Signature Validation:")).collect();
    let valid = !verdicts.is_empty() && verdicts.iter().all(|line| line.ends_with("Signature is Valid."));
    Judgement { valid, words }
}

/// `pdfsig -v`, such as "22.12.0".
pub fn pdfsig_version() -> String {
    let output = Command::new("pdfsig").arg("-v").output().expect("pdfsig of poppler-utils");
    let words = format!("{}{}", text(&output.stdout), text(&output.stderr));
    words.lines().next().and_then(|line| line.rsplit(' ').next()).unwrap_or_default().to_owned()
}

/// The checkout, asked for at run time: a target folder may be shared by two.
pub fn checkout() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo or nextest");
    Path::new(&own).join("../..")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
