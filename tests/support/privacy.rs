//! Nothing of a merchant's is readable in the files of a profile.

use std::fs;
use std::path::Path;

use memchr::memmem;
use portal_app::domain::dossier::Dossier;

/// What is at the beginning of files that nobody sealed: photos, printed papers, a database. Long enough not to come up
/// in some megabytes of ciphertext.
const PLAIN_FILES: [&[u8]; 8] = [
    b"\xFF\xD8\xFF\xDB\0\x43",
    b"JFIF\0\x01",
    b"Exif\0\0",
    b"ftypheic",
    b"ftypavif",
    b"\x89PNG\r\n",
    b"%PDF-1.",
    b"SQLite format 3\0",
];

/// Searches every file of `profile` and its name for what the dossier says and for `others`, as UTF-8 and as UTF-16.
///
/// # Panics
/// If something can be read.
pub fn assert_unreadable(profile: &Path, dossier: &Dossier, others: &[&str]) {
    let mut said = Vec::new();
    leaves(&serde_json::to_value(dossier).unwrap(), &mut said);
    said.retain(|text| is_personal(text));
    assert!(said.len() > 10, "a dossier says more than {}", said.len());
    said.extend(others.iter().map(|text| (*text).to_owned()));
    let mut files = Vec::new();
    collect(profile, &mut files);
    let mut searched = 0;
    for (name, content) in &files {
        searched += content.len();
        for magic in PLAIN_FILES {
            assert!(memmem::find(content, magic).is_none(), "{name} holds {magic:?}");
        }
        for text in &said {
            assert!(!is_in(content, text), "{name} holds something of the merchant's");
            assert!(!name.contains(text.as_str()), "a file's name is something of the merchant's");
        }
    }
    assert!(searched > 100_000, "its photos alone are larger than {searched}");
}

fn leaves(value: &serde_json::Value, into: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => into.push(text.clone()),
        serde_json::Value::Array(values) => values.iter().for_each(|value| leaves(value, into)),
        serde_json::Value::Object(fields) => fields.values().for_each(|value| leaves(value, into)),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

/// Chinese texts, and what has a number: not the words and short codes that the format itself is made of, nor names of two
/// letters, which ciphertext has by chance.
fn is_personal(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_word = text.is_ascii() && digits < 9;
    !is_word && text.chars().count() >= 3
}

fn collect(folder: &Path, into: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.is_file() {
            into.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}

fn is_in(content: &[u8], text: &str) -> bool {
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    [text.as_bytes(), &little, &big].iter().any(|form| memmem::find(content, form).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_found() {
        let utf16: Vec<u8> = "王小明".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(is_in(&[b"..", &utf16[..]].concat(), "王小明"));
        assert!(is_in("他是王小明".as_bytes(), "王小明"));
        assert!(!is_in("王小月".as_bytes(), "王小明"));
        assert!(is_personal("13800000001") && is_personal("王小明") && !is_personal("sole_proprietor"));
    }
}
