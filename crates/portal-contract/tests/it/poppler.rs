//! poppler-utils as an independent reader of our files.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A grey picture of a page.
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
}

pub fn text(pdf: &[u8]) -> String {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("in.pdf");
    fs::write(&file, pdf).unwrap();
    let out = run("pdftotext", &["-enc", "UTF-8", path(&file), "-"]);
    String::from_utf8(out).unwrap()
}

pub fn info(pdf: &[u8], option: &str) -> String {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("in.pdf");
    fs::write(&file, pdf).unwrap();
    // Titles in the structure listing come as raw UTF-16.
    String::from_utf8_lossy(&run("pdfinfo", &[option, path(&file)])).into_owned()
}

/// One page (from 1) as a grey picture.
pub fn picture(pdf: &[u8], page: usize, dpi: u32) -> Picture {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("in.pdf");
    fs::write(&file, pdf).unwrap();
    let (page, dpi) = (page.to_string(), dpi.to_string());
    // Without an output name the picture goes to standard output as binary PGM.
    parse_pgm(&run("pdftoppm", &["-gray", "-r", &dpi, "-f", &page, "-l", &page, path(&file)]))
}

fn run(tool: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(tool).args(arguments).output().unwrap_or_else(|e| {
        panic!("{tool} of poppler-utils does not start: {e}");
    });
    let complaints = String::from_utf8_lossy(&output.stderr);
    // ISO 32000-1 table 321 makes /Suspects a boolean; poppler 22 and older complain of any that is false.
    let serious = complaints.lines().find(|line| !line.is_empty() && !line.contains("Suspects object"));
    assert!(output.status.success() && serious.is_none(), "{tool}: {serious:?}");
    output.stdout
}

fn path(file: &Path) -> &str {
    file.to_str().unwrap()
}

fn parse_pgm(bytes: &[u8]) -> Picture {
    let mut fields = Vec::new();
    let mut rest = bytes;
    while fields.len() < 4 {
        let end = rest.iter().position(u8::is_ascii_whitespace).unwrap();
        fields.push(std::str::from_utf8(&rest[..end]).unwrap().to_owned());
        rest = &rest[end + 1..];
    }
    assert_eq!((fields[0].as_str(), fields[3].as_str()), ("P5", "255"));
    let (width, height) = (fields[1].parse().unwrap(), fields[2].parse().unwrap());
    assert_eq!(rest.len(), width * height);
    Picture { width, height, pixels: rest.to_vec() }
}
