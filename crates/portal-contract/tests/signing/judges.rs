//! Independent verifiers: pyHanko, and pdfsig of poppler-utils.

use std::path::{Path, PathBuf};
use std::process::Command;

use portal_contract::pki::certificate_to_pem;
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

/// pyHanko, in the virtual environment that `cargo xtask setup` makes.
pub fn pyhanko(pdf: &[u8], root: &Certificate) -> Judgement {
    let folder = TempDir::new().unwrap();
    let (file, pem) = (folder.path().join("in.pdf"), folder.path().join("root.pem"));
    std::fs::write(&file, pdf).unwrap();
    std::fs::write(&pem, certificate_to_pem(root).unwrap()).unwrap();
    let output = Command::new(judges().join("bin/pyhanko"))
        .args(["sign", "validate", "--trust-replace", "--no-revocation-check", "--trust"])
        .args([&pem, &file])
        .output()
        .expect("run `cargo xtask setup` for pyHanko");
    let words = format!("{}{}", text(&output.stdout), text(&output.stderr));
    Judgement { valid: output.status.success(), words }
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

fn judges() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo or nextest");
    Path::new(&own).join("../../target/judges")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
