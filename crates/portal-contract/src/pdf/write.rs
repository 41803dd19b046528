//! Appending objects to a file as an incremental update (ISO 32000-1 §7.5.6), in one canonical spelling.

use std::io::Write as _;

use lopdf::{Dictionary, Object};

use super::revision::Opened;

/// A file with an update appended.
pub(crate) struct Appended {
    pub(crate) bytes: Vec<u8>,
    /// Where each appended object begins, with its number.
    pub(crate) offsets: Vec<(u32, usize)>,
}

/// Appends new and changed objects, in ascending order of their numbers.
pub(crate) fn append(file: &Opened<'_>, objects: &[(u32, Object)]) -> Appended {
    let mut out = Vec::with_capacity(file.bytes.len() + 64 * 1024);
    out.extend_from_slice(file.bytes);
    if !out.ends_with(b"\n") {
        out.push(b'\n');
    }
    let mut offsets = Vec::with_capacity(objects.len());
    for (number, object) in objects {
        offsets.push((*number, out.len()));
        put(&mut out, format_args!("{number} 0 obj\n"));
        write_object(&mut out, object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let start = out.len();
    out.extend_from_slice(b"xref\n");
    for group in offsets.chunk_by(|(one, _), (next, _)| one + 1 == *next) {
        let first = group.first().map_or(0, |(number, _)| *number);
        put(&mut out, format_args!("{first} {}\n", group.len()));
        for (_, offset) in group {
            // Each entry has exactly 20 bytes.
            put(&mut out, format_args!("{offset:010} 00000 n \n"));
        }
    }
    out.extend_from_slice(b"trailer\n");
    write_dictionary(&mut out, &trailer(file, objects));
    put(&mut out, format_args!("\nstartxref\n{start}\n%%EOF\n"));
    Appended { bytes: out, offsets }
}

fn trailer(file: &Opened<'_>, objects: &[(u32, Object)]) -> Dictionary {
    let size = objects.iter().map(|(number, _)| number + 1).fold(file.size, u32::max);
    let mut trailer = Dictionary::new();
    trailer.set("Size", i64::from(size));
    for key in ["Root", "Info", "ID"] {
        if let Ok(value) = file.document.trailer.get(key.as_bytes()) {
            trailer.set(key, value.clone());
        }
    }
    trailer.set("Prev", i64::try_from(file.xref_start).unwrap_or(i64::MAX));
    trailer
}

fn write_object(out: &mut Vec<u8>, object: &Object) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => put(out, format_args!("{value}")),
        Object::Integer(value) => put(out, format_args!("{value}")),
        Object::Real(value) => put(out, format_args!("{value}")),
        Object::Name(name) => write_name(out, name),
        Object::String(bytes, _) => {
            out.push(b'<');
            out.extend_from_slice(hex::encode(bytes).as_bytes());
            out.push(b'>');
        }
        Object::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                write_object(out, item);
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => write_dictionary(out, dictionary),
        Object::Stream(stream) => {
            write_dictionary(out, &stream.dict);
            out.extend_from_slice(b"\nstream\n");
            out.extend_from_slice(&stream.content);
            out.extend_from_slice(b"\nendstream");
        }
        Object::Reference((number, generation)) => put(out, format_args!("{number} {generation} R")),
    }
}

fn write_dictionary(out: &mut Vec<u8>, dictionary: &Dictionary) {
    out.extend_from_slice(b"<<");
    for (key, value) in dictionary {
        out.push(b' ');
        write_name(out, key);
        out.push(b' ');
        write_object(out, value);
    }
    out.extend_from_slice(b" >>");
}

fn write_name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for &byte in name {
        if byte.is_ascii_graphic() && !b"#/()<>[]{}%".contains(&byte) {
            out.push(byte);
        } else {
            put(out, format_args!("#{byte:02x}"));
        }
    }
}

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to a Vec cannot fail.
    out.write_fmt(text).ok();
}
