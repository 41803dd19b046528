//! What is in a package's file. Everything is checked against the signed manifest before anything is believed; no
//! decrypted byte is written to disk here.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use age::DecryptError;
use age::x25519::Identity;
use portal_domain::ids::{OpId, Sha256};
use portal_protocol::courier::{
    FORMAT, MANIFEST_ENTRY, MAX_MANIFEST_BYTES, MAX_OPERATIONS, Manifest, SIGNATURE_ENTRY, operation_entry,
    photo_entry,
};
use portal_protocol::error::ErrorCode;
use sha2::Digest;

use crate::error::BackendError;
use crate::http::extract::MAX_JSON_BYTES;
use crate::problem::Problem;

/// A Base64 signature is far shorter.
const MAX_SIGNATURE_BYTES: u64 = 512;

/// A package whose files are those that its manifest lists. Whether the computer it names signed the manifest, the
/// caller looks.
pub struct Package {
    pub manifest: Manifest,
    pub manifest_bytes: Vec<u8>,
    /// Base64.
    pub signature: String,
    /// The declared bodies, in the manifest's order.
    pub bodies: Vec<(OpId, Vec<u8>)>,
}

/// Why a package is refused as a whole.
#[derive(Debug)]
pub enum Fault {
    /// Not an age file, or of a format that isn't known here.
    NotAPackage,
    /// Encrypted to another backend's key.
    OtherRecipient,
    /// The file of this name isn't what the manifest says, is missing, or can't be decrypted.
    Altered(String),
    /// The file of this name is larger than is taken.
    TooLarge(String),
    Failed(BackendError),
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NotAPackage => Self::new(ErrorCode::MalformedRequest).at("/package", "bad_format"),
            Fault::OtherRecipient => Self::new(ErrorCode::MalformedRequest).at("/package", "other_recipient"),
            Fault::Altered(name) => Self::new(ErrorCode::DigestMismatch).at(format!("/{name}"), "altered"),
            Fault::TooLarge(name) => Self::new(ErrorCode::TooLarge).at(format!("/{name}"), "too_large"),
            Fault::Failed(error) => error.into(),
        }
    }
}

/// Reads a package to its end.
///
/// # Errors
/// [`Fault`], naming the file.
pub fn read(path: &Path, identity: &Identity, max_photo_bytes: u64) -> Result<Package, Fault> {
    let mut package = None;
    walk(path, identity, max_photo_bytes, &HashSet::new(), &mut |opened| {
        if let Part::Head(head) = opened {
            package = Some(head);
        }
        true
    })?;
    package.ok_or(Fault::NotAPackage)
}

/// Gives the wanted photos of a package that was read before, until `take` gives false.
///
/// # Errors
/// [`Fault`]; the file may have been changed since.
pub fn photos(
    path: &Path,
    identity: &Identity,
    max_photo_bytes: u64,
    wanted: &HashSet<Sha256>,
    mut take: impl FnMut(Vec<u8>) -> bool,
) -> Result<(), Fault> {
    walk(path, identity, max_photo_bytes, wanted, &mut |opened| match opened {
        Part::Head(_) => true,
        Part::Photo(bytes) => take(bytes),
    })
}

/// What is found in a package, in this order.
enum Part {
    Head(Package),
    Photo(Vec<u8>),
}

/// Passes over all of a package and hands out its head and the wanted photos, each checked; ends early when `take`
/// gives false.
fn walk(
    path: &Path,
    identity: &Identity,
    max_photo_bytes: u64,
    wanted: &HashSet<Sha256>,
    take: &mut dyn FnMut(Part) -> bool,
) -> Result<(), Fault> {
    let file = File::open(path).map_err(|error| Fault::Failed(opening(error)))?;
    let decryptor = age::Decryptor::new_buffered(BufReader::new(file)).map_err(refused)?;
    let plain = decryptor.decrypt(std::iter::once(identity as &dyn age::Identity)).map_err(refused)?;
    let mut archive = tar::Archive::new(plain);
    {
        let entries = archive.entries().map_err(|error| torn(MANIFEST_ENTRY, error))?;
        // Only names as they stand in their headers: extensions could ask for any amount of memory.
        let mut entries = entries.raw(true);
        let manifest_bytes = next(&mut entries, MANIFEST_ENTRY, MAX_MANIFEST_BYTES)?;
        let signature = next(&mut entries, SIGNATURE_ENTRY, MAX_SIGNATURE_BYTES)?;
        let manifest: Manifest = serde_json::from_slice(&manifest_bytes).map_err(|_| Fault::NotAPackage)?;
        if manifest.format != FORMAT {
            return Err(Fault::NotAPackage);
        }
        if manifest.operations.len() > MAX_OPERATIONS {
            return Err(Fault::TooLarge(MANIFEST_ENTRY.to_owned()));
        }
        let mut bodies = Vec::with_capacity(manifest.operations.len());
        for operation in &manifest.operations {
            let name = operation_entry(operation.op_id);
            let body = next(&mut entries, &name, MAX_JSON_BYTES as u64)?;
            require(&name, &body, (&operation.sha, operation.size))?;
            bodies.push((operation.op_id, body));
        }
        let listed = manifest.photos.clone();
        let signature = String::from_utf8(signature).map_err(|_| altered(SIGNATURE_ENTRY))?;
        if !take(Part::Head(Package { manifest, manifest_bytes, signature, bodies })) {
            return Ok(());
        }
        for photo in listed {
            let name = photo_entry(&photo.sha);
            let bytes = next(&mut entries, &name, max_photo_bytes)?;
            require(&name, &bytes, (&photo.sha, photo.size))?;
            if wanted.contains(&photo.sha) && !take(Part::Photo(bytes)) {
                return Ok(());
            }
        }
        if let Some(more) = entries.next() {
            let more = more.map_err(|error| torn("end", error))?;
            return Err(Fault::Altered(String::from_utf8_lossy(&more.path_bytes()).into_owned()));
        }
    }
    // To the very end: a package that was cut behind its last file is not whole either.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(|error| torn("end", error))?;
    Ok(())
}

/// The bytes of the next file, which must have this name.
fn next<R: Read>(entries: &mut tar::Entries<'_, R>, name: &str, max_bytes: u64) -> Result<Vec<u8>, Fault> {
    let mut entry = match entries.next() {
        None => return Err(altered(name)),
        Some(Err(error)) => return Err(torn(name, error)),
        Some(Ok(entry)) => entry,
    };
    if *entry.path_bytes() != *name.as_bytes() {
        return Err(altered(name));
    }
    if entry.size() > max_bytes {
        return Err(Fault::TooLarge(name.to_owned()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(entry.size()).unwrap_or_default());
    entry.read_to_end(&mut bytes).map_err(|error| torn(name, error))?;
    Ok(bytes)
}

fn require(name: &str, bytes: &[u8], (sha, size): (&Sha256, u64)) -> Result<(), Fault> {
    let found = Sha256::from_bytes(sha2::Sha256::digest(bytes).into());
    if found == *sha && bytes.len() as u64 == size { Ok(()) } else { Err(altered(name)) }
}

fn altered(name: &str) -> Fault {
    Fault::Altered(name.to_owned())
}

fn opening(error: io::Error) -> BackendError {
    BackendError::io("reading a courier package")(error)
}

/// What the system says is its own failure; everything else is in the bytes.
fn torn(name: &str, error: io::Error) -> Fault {
    if error.raw_os_error().is_some() { Fault::Failed(opening(error)) } else { altered(name) }
}

fn refused(error: DecryptError) -> Fault {
    match error {
        DecryptError::NoMatchingKeys => Fault::OtherRecipient,
        DecryptError::Io(error) if error.raw_os_error().is_some() => Fault::Failed(opening(error)),
        _ => Fault::NotAPackage,
    }
}
