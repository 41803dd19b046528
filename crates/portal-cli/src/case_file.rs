//! The case document as a file, and single values of it.

use portal_app::domain::dossier::Dossier;
use portal_app::error::{CommandCode, CommandError};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::input::wrong;

/// Largest case file read, in bytes: a full document has about 10 KB.
pub const MAX_BYTES: u64 = 2_000_000;

/// Reads a case file.
///
/// # Errors
/// `invalid_argument`; its fields name the argument, the line, and the pointer of what can't be used.
pub fn parse(bytes: &[u8], argument: &str) -> Result<Dossier, CommandError> {
    // Editors on Windows write a byte order mark.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        wrong(argument, "bad_utf8").field("/line", &line.to_string())
    })?;
    let mut json = serde_json::Deserializer::from_str(text);
    let dossier = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let place = pointer(error.path());
        refusal(argument, &place, error.inner())
    })?;
    json.end().map_err(|error| refusal(argument, "", &error))?;
    let written: Value = serde_json::from_str(text).map_err(|error| refusal(argument, "", &error))?;
    match nameless(&written, &to_value(&dossier)?, "") {
        None => Ok(dossier),
        Some(place) if place.is_empty() => Err(wrong(argument, "wrong_type")),
        Some(place) => Err(wrong(&place, "wrong_type")),
    }
}

/// The first place where a list stands for an object: serde would fill the fields in the order of their declaration,
/// which nobody who writes a file means.
fn nameless(written: &Value, understood: &Value, place: &str) -> Option<String> {
    match (written, understood) {
        (Value::Object(written), Value::Object(understood)) => written
            .iter()
            .find_map(|(name, value)| nameless(value, understood.get(name)?, &format!("{place}/{name}"))),
        (Value::Array(written), Value::Array(understood)) => written
            .iter()
            .zip(understood)
            .enumerate()
            .find_map(|(index, (value, read))| nameless(value, read, &format!("{place}/{index}"))),
        (Value::Array(_), Value::Object(_)) => Some(place.to_owned()),
        _ => None,
    }
}

/// The document with another value at `pointer`.
///
/// # Errors
/// `invalid_argument` naming `--pointer` (no such place) or the pointer (a value that can't stand there).
pub fn set(dossier: &Dossier, pointer: &str, text: &str) -> Result<Dossier, CommandError> {
    let first = pointer.split('/').nth(1).unwrap_or_default();
    if first == "attachments" || first == "consents" {
        return Err(wrong("--pointer", "not_settable"));
    }
    let mut document = to_value(dossier)?;
    let place = place(&mut document, pointer).ok_or_else(|| wrong("--pointer", "unknown_pointer"))?;
    *place = match place {
        // What looks like a number, e.g. a merchant category code, is a text where a text stands.
        Value::String(_) => Value::String(text.to_owned()),
        _ => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned())),
    };
    let dossier: Dossier = read(document.clone())?;
    match nameless(&document, &to_value(&dossier)?, "") {
        None => Ok(dossier),
        Some(place) => Err(wrong(&place, "wrong_type")),
    }
}

/// The document's value at `pointer`.
///
/// # Errors
/// `invalid_argument` naming `--pointer`.
pub fn get(dossier: &Dossier, pointer: &str) -> Result<Value, CommandError> {
    to_value(dossier)?.pointer(pointer).cloned().ok_or_else(|| wrong("--pointer", "unknown_pointer"))
}

/// The value at a pointer; one past the end of a list (`-` or its length, RFC 6901) makes a new element.
fn place<'a>(document: &'a mut Value, pointer: &str) -> Option<&'a mut Value> {
    if document.pointer(pointer).is_none() {
        let (list, position) = pointer.rsplit_once('/')?;
        let list = document.pointer_mut(list)?.as_array_mut()?;
        if position != "-" && position != list.len().to_string() {
            return None;
        }
        list.push(Value::Null);
        return list.last_mut();
    }
    document.pointer_mut(pointer)
}

fn read<T: DeserializeOwned>(document: Value) -> Result<T, CommandError> {
    serde_path_to_error::deserialize(document).map_err(|error| {
        let place = pointer(error.path());
        refusal("--value", &place, error.inner())
    })
}

fn to_value(dossier: &Dossier) -> Result<Value, CommandError> {
    serde_json::to_value(dossier).map_err(|_| CommandError::new(CommandCode::Internal))
}

/// Names place and kind of the fault. serde's own message isn't shown: it repeats values, which may be personal.
fn refusal(argument: &str, place: &str, error: &serde_json::Error) -> CommandError {
    let message = error.to_string();
    let problem = if error.is_data() {
        ["unknown field", "duplicate field", "missing field", "unknown variant", "invalid type"]
            .iter()
            .find(|start| message.starts_with(*start))
            .map_or("bad_value", |start| match *start {
                "unknown field" => "unknown_field",
                "duplicate field" => "duplicate_field",
                "missing field" => "required",
                "unknown variant" => "not_offered",
                _ => "wrong_type",
            })
    } else {
        "bad_json"
    };
    let mut refusal = CommandError::new(CommandCode::InvalidArgument);
    if place.is_empty() {
        refusal = refusal.field(argument, problem);
    } else {
        refusal = refusal.field(place, problem);
    }
    if error.line() > 0 {
        refusal =
            refusal.field("/line", &error.line().to_string()).field("/column", &error.column().to_string());
    }
    refusal
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        pointer.push('/');
        match segment {
            Segment::Seq { index } => pointer.push_str(&index.to_string()),
            // RFC 6901, 3.
            Segment::Map { key } => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => pointer.push_str(variant),
            Segment::Unknown => pointer.push('?'),
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_field(text: &[u8]) -> (String, String) {
        let field = parse(text, "--from").unwrap_err().fields.remove(0);
        (field.path, field.problem)
    }

    #[test]
    fn faults_are_named_by_place_and_never_by_value() {
        let cases: [(&[u8], &str, &str); 11] = [
            (b"[]", "--from", "wrong_type"),
            (br#"{"contact":["a","b"]}"#, "/contact", "wrong_type"),
            (br#"{"beneficial_owners":[{"person":["a"]}]}"#, "/beneficial_owners/0/person", "wrong_type"),
            (br#"{"licence":{"nubmer":"1"}}"#, "/licence/nubmer", "unknown_field"),
            (br#"{"fees":[{"service":"wechat","rate":"much"}]}"#, "/fees/0/rate", "wrong_type"),
            (br#"{"kind":"shop"}"#, "/kind", "not_offered"),
            (br#"{"contact":{"name":"a","name":"b"}}"#, "/contact", "duplicate_field"),
            (br#"{"a/b":1}"#, "/a~1b", "unknown_field"),
            (b"{\"kind\":", "/kind", "bad_json"),
            (b"{} {}", "--from", "bad_json"),
            (b"{\n\"contact\":{\"name\":\"\xff\"}}", "--from", "bad_utf8"),
        ];
        for (text, path, problem) in cases {
            assert_eq!(first_field(text), (path.to_owned(), problem.to_owned()));
        }
        let secret = parse(br#"{"products":"51009919700711980X"}"#, "--from").unwrap_err();
        assert!(!format!("{secret:?}").contains("5100"), "{secret:?}");
        assert!(parse(b"\xef\xbb\xbf{}", "--from").is_ok());
    }

    #[test]
    fn values_are_set_as_the_document_has_them() {
        let dossier = set(&Dossier::default(), "/business/mcc", "5411").unwrap();
        assert_eq!(dossier.business.mcc, "5411");
        let dossier = set(&dossier, "/terminals/count", "4").unwrap();
        assert_eq!(dossier.terminals.count, Some(4));
        let dossier = set(&dossier, "/kind", "enterprise").unwrap();
        let dossier = set(&dossier, "/products/-", "qr_plate").unwrap();
        let dossier = set(&dossier, "/products/1", "smart_pos").unwrap();
        assert_eq!(get(&dossier, "/products").unwrap(), serde_json::json!(["qr_plate", "smart_pos"]));
        for (pointer, value, path) in [
            ("/products/7", "qr_plate", "--pointer"),
            ("/business/mc", "1", "--pointer"),
            ("/attachments/storefront", "[]", "--pointer"),
            ("/terminals/count", "four", "/terminals/count"),
            ("/products/-", "boat", "/products/2"),
        ] {
            assert_eq!(set(&dossier, pointer, value).unwrap_err().fields[0].path, path, "{pointer}");
        }
    }
}
