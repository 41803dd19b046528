//! Reading documents that strangers wrote: what doesn't fit is named by its place.

use portal_protocol::error::{ErrorCode, FieldError};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use crate::problem::Problem;

/// Most characters of a pointer in an answer: keys are the client's own, and may be long.
const MAX_POINTER_CHARS: usize = 200;

/// A value from JSON bytes.
///
/// # Errors
/// `malformed_request`; for JSON of another shape it names the place. The value that stood there is not repeated.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut document = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut document);
    let value = parsed.map_err(|error| {
        let problem = Problem::new(ErrorCode::MalformedRequest);
        match error.inner().classify() {
            Category::Data => problem.with_errors([misfit(error.path(), &error.inner().to_string())]),
            Category::Io | Category::Syntax | Category::Eof => problem,
        }
    })?;
    document.end().map_err(|_| ErrorCode::MalformedRequest)?;
    Ok(value)
}

/// Whether a part of a document, found at `pointer`, has the shape of `T`.
///
/// # Errors
/// The place in the document that doesn't fit.
pub fn fit<T: DeserializeOwned>(part: Value, pointer: &str) -> Result<(), FieldError> {
    let Err(error) = serde_path_to_error::deserialize::<_, T>(part) else { return Ok(()) };
    let FieldError { pointer: below, code } = misfit(error.path(), &error.inner().to_string());
    Err(FieldError { pointer: format!("{pointer}{below}"), code })
}

/// The place of what doesn't fit, and in which way.
pub fn misfit(path: &Path, message: &str) -> FieldError {
    let named =
        |kind: &str| message.strip_prefix(kind)?.strip_prefix(" `")?.split_once('`').map(|(name, _)| name);
    let mut pointer = pointer(path);
    let code = match (named("missing field"), named("unknown field")) {
        (Some(name), _) => {
            pointer.push_str(&token(name));
            "required"
        }
        (None, Some(name)) => {
            // Some of serde's ways have gone down to the field already, others haven't.
            let token = token(name);
            if !pointer.ends_with(&token) {
                pointer.push_str(&token);
            }
            "unknown_field"
        }
        (None, None) => "bad_format",
    };
    FieldError { pointer: pointer.chars().take(MAX_POINTER_CHARS).collect(), code: code.to_owned() }
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&token(&index.to_string())),
            Segment::Map { key } => pointer.push_str(&token(key)),
            // A variant is no place of its own; behind something unknown nothing is known.
            Segment::Enum { .. } => {}
            Segment::Unknown => break,
        }
    }
    pointer
}

fn token(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use portal_protocol::operation::Operation;
    use portal_protocol::session::{CodeRequest, EnrolRequest, SignIn};

    use super::*;

    fn told<T: DeserializeOwned>(text: &str) -> Option<(String, String)> {
        let problem = parse::<T>(text.as_bytes()).err().unwrap();
        assert_eq!(problem.code, ErrorCode::MalformedRequest);
        problem.errors().first().map(|error| (error.pointer.clone(), error.code.clone()))
    }

    fn at(pointer: &str, code: &str) -> Option<(String, String)> {
        Some((pointer.to_owned(), code.to_owned()))
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_place() {
        assert_eq!(told::<CodeRequest>(r#"{"phone":1,"purpose":"enrol"}"#), at("/phone", "bad_format"));
        assert_eq!(told::<CodeRequest>(r#"{"phone":"1","purpose":"party"}"#), at("/purpose", "bad_format"));
        assert_eq!(told::<CodeRequest>(r#"{"phone":"1"}"#), at("/purpose", "required"));
        let extra = r#"{"phone":"1","purpose":"enrol","a/b":1}"#;
        assert_eq!(told::<CodeRequest>(extra), at("/a~1b", "unknown_field"));
        assert_eq!(told::<CodeRequest>("[]"), at("", "bad_format"));
        assert_eq!(told::<EnrolRequest>(r#"{"device_id":"7"}"#), at("/device_id", "bad_format"));
        assert_eq!(told::<SignIn>(r#"{"by":"password","user":"a"}"#), at("/password", "required"));
        assert_eq!(
            told::<Operation>(r#"{"case_id":"x"}"#),
            at("/case_id", "bad_format"),
            "also beside what is flattened"
        );
    }

    #[test]
    fn what_is_not_json_has_no_place() {
        for text in ["", "{", "{\"phone\":\"1\",\"purpose\":\"enrol\"} x", "nul"] {
            assert_eq!(told::<CodeRequest>(text), None, "{text}");
        }
    }

    #[test]
    fn a_long_key_is_cut() {
        let long = format!(r#"{{"{}":1}}"#, "é".repeat(5000));
        let (pointer, _) = told::<CodeRequest>(&long).unwrap();
        assert_eq!(pointer.chars().count(), MAX_POINTER_CHARS);
    }
}
