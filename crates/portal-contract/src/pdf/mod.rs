//! PDF files as bytes: reading them strictly, and appending to them in one canonical way.
//!
//! Everything that the product appends to a file is written by [`append`], and a revision is only accepted when
//! [`append`], given what was read from it, writes the same bytes. So nothing can hide in a revision: no space, no
//! comment, no second spelling of a name, no object that isn't listed.

mod revision;
mod write;

pub(crate) use revision::{MAX_FILE_BYTES, Opened, Section, Unreadable, open, sections};
pub(crate) use write::append;

use lopdf::{Dictionary, Object, StringFormat};

/// A name object.
pub(crate) fn name(text: &str) -> Object {
    Object::Name(text.as_bytes().to_vec())
}

/// A text string: UTF-16BE with its mark.
pub(crate) fn text(text: &str) -> Object {
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    bytes_object(bytes)
}

/// A string of bytes. Strings are always written in hexadecimal.
pub(crate) fn bytes_object(bytes: Vec<u8>) -> Object {
    Object::String(bytes, StringFormat::Hexadecimal)
}

/// The text of a text string as [`text`] writes it.
pub(crate) fn read_text(object: &Object) -> Option<String> {
    let Object::String(bytes, _) = object else { return None };
    let units = bytes.strip_prefix(&[0xfe, 0xff])?.chunks(2);
    let units: Option<Vec<u16>> = units.map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?))).collect();
    String::from_utf16(&units?).ok()
}

/// A dictionary in the order given.
pub(crate) fn dictionary<const N: usize>(entries: [(&str, Object); N]) -> Dictionary {
    let mut dictionary = Dictionary::new();
    for (key, value) in entries {
        dictionary.set(key, value);
    }
    dictionary
}
