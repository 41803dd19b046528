//! Opening a file, and cutting it into the revisions that it grew by.

use lopdf::{Document, LoadOptions, Object, ObjectId};

use super::write::append;

/// More than any contract; a stranger's file must not exhaust memory.
pub(crate) const MAX_FILE_BYTES: usize = 32 * 1024 * 1024;
/// A stream that inflates beyond this is no contract's.
const MAX_STREAM_BYTES: usize = 32 * 1024 * 1024;
/// A contract is signed twice.
const MAX_UPDATES: usize = 8;
const END: &[u8] = b"%%EOF";

/// A file, or the beginning of one, that was read.
pub(crate) struct Opened<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) document: Document,
    /// Where the newest cross-reference section begins.
    pub(crate) xref_start: usize,
    /// One more than the highest object number.
    pub(crate) size: u32,
}

impl Opened<'_> {
    pub(crate) fn root(&self) -> Option<ObjectId> {
        self.document.trailer.get(b"Root").ok()?.as_reference().ok()
    }

    pub(crate) fn object(&self, number: u32) -> Option<&Object> {
        self.document.objects.get(&(number, 0))
    }
}

/// What one update appended.
pub(crate) struct Section<'a> {
    /// The file up to the end of this update.
    pub(crate) file: Opened<'a>,
    /// The objects that the update adds or changes, in ascending order: number and offset.
    entries: Vec<(u32, usize)>,
}

impl Section<'_> {
    /// Where the update's object of this number begins.
    pub(crate) fn offset(&self, number: u32) -> Option<usize> {
        self.entries.iter().find(|(own, _)| *own == number).map(|(_, offset)| *offset)
    }
}

/// Reads a file that must be whole and well-formed.
pub(crate) fn open(bytes: &[u8]) -> Option<Opened<'_>> {
    if bytes.len() > MAX_FILE_BYTES || !bytes.starts_with(b"%PDF-1.") {
        return None;
    }
    let xref_start = last_xref_start(bytes)?;
    let options =
        LoadOptions { strict: true, max_decompressed_size: Some(MAX_STREAM_BYTES), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).ok()?;
    if document.trailer.has(b"Encrypt") || document.xref_recovery.is_some() {
        return None;
    }
    let size = document.trailer.get(b"Size").ok()?.as_i64().ok()?;
    let size = u32::try_from(size).ok().filter(|size| *size > document.max_id && *size < 1_000_000)?;
    Some(Opened { bytes, document, xref_start, size })
}

/// Why a file has no readable history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It can't be opened at all.
    Damaged,
    /// An update is not as [`append`] writes it.
    UnknownUpdate,
}

/// The original file and its updates, oldest first.
pub(crate) fn sections(bytes: &[u8]) -> Result<(Opened<'_>, Vec<Section<'_>>), Unreadable> {
    let mut updates = Vec::new();
    let mut file = open(bytes).ok_or(Unreadable::Damaged)?;
    while file.document.revision_count() > 1 {
        if updates.len() == MAX_UPDATES {
            return Err(Unreadable::UnknownUpdate);
        }
        let (before, entries) = cut(bytes, &file).ok_or(Unreadable::UnknownUpdate)?;
        updates.push(Section { file, entries });
        file = before;
    }
    updates.reverse();
    Ok((file, updates))
}

/// Takes the newest update off, if it is exactly as [`append`] writes it.
fn cut<'a>(bytes: &'a [u8], file: &Opened<'_>) -> Option<(Opened<'a>, Vec<(u32, usize)>)> {
    let entries = own_entries(file)?;
    let begin = entries.iter().map(|(_, offset)| *offset).min()?;
    let before = open(bytes.get(..begin)?)?;
    let objects: Vec<(u32, Object)> = entries
        .iter()
        .map(|(number, _)| Some((*number, file.object(*number)?.clone())))
        .collect::<Option<_>>()?;
    (append(&before, &objects).bytes == file.bytes).then_some((before, entries))
}

/// The number behind the last `startxref`, which must be followed by the end of the file.
fn last_xref_start(bytes: &[u8]) -> Option<usize> {
    let body = bytes.strip_suffix(b"\n").unwrap_or(bytes).strip_suffix(END)?;
    let body = body.strip_suffix(b"\n")?;
    let digits = body.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (head, number) = body.split_at_checked(body.len().checked_sub(digits)?)?;
    head.strip_suffix(b"startxref\n")?;
    std::str::from_utf8(number).ok()?.parse().ok()
}

/// Entries of the newest cross-reference section: object number and offset.
fn own_entries(file: &Opened<'_>) -> Option<Vec<(u32, usize)>> {
    let section = file.bytes.get(file.xref_start..)?;
    let text = section.strip_prefix(b"xref\n")?;
    let mut lines = text.split(|byte| *byte == b'\n').map(std::str::from_utf8);
    let mut entries = Vec::new();
    loop {
        let line = lines.next()?.ok()?;
        if line == "trailer" {
            return Some(entries);
        }
        let (first, count) = line.split_once(' ')?;
        let (first, count): (u32, u32) = (first.parse().ok()?, count.parse().ok()?);
        if count > file.size {
            return None;
        }
        for number in first..first.checked_add(count)? {
            let offset = lines.next()?.ok()?.get(..10)?.parse().ok()?;
            entries.push((number, offset));
        }
    }
}
