//! What others read in the product's PDFs.

use std::process::{Command, Stdio};

/// What poppler reads in a PDF, line by line.
pub fn pdf_text(pdf: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pdf).unwrap();
    let output = Command::new("pdftotext").arg(file.path()).arg("-").stderr(Stdio::null()).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}
