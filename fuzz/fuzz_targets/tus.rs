//! Headers of tus: what is read keeps within what is promised about it.
#![no_main]

use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;
use portal_backend::http::tus::{Chunk, Creation};
use portal_fuzz::Input;

const MAX_BLOB_BYTES: u64 = 64 << 20;

static GOOD: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    // 64 zeros in Base64, as hash; 32 zero bytes in Base64, as checksum.
    let (sha, checksum) = ("MDAw".repeat(21) + "MA==", "A".repeat(43) + "=");
    let head = "tus-resumable: 1.0.0\ncontent-type: application/offset+octet-stream\n";
    vec![
        format!("{head}upload-length: 1000000\nupload-metadata: sha {sha},filename eA==,empty\n")
            .into_bytes(),
        format!("{head}upload-offset: 262144\nupload-checksum: sha256 {checksum}\n").into_bytes(),
    ]
});

fuzz_target!(|input: Input| {
    let headers = headers(&input.bytes(&GOOD));
    if let Ok(creation) = Creation::read(&headers, MAX_BLOB_BYTES) {
        assert!((1..=MAX_BLOB_BYTES).contains(&creation.length_bytes));
        // It goes back in an answer's header.
        HeaderValue::from_str(creation.metadata).expect("what came in a header fits into one");
    }
    let _ = Chunk::read(&headers);
});

/// Lines of `name: value`, as far as HTTP lets them through.
fn headers(bytes: &[u8]) -> HeaderMap {
    let lines = bytes.split(|byte| *byte == b'\n');
    let pairs = lines.filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        Some((HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value).ok()?))
    });
    pairs.collect()
}
