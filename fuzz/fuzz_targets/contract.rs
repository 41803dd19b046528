//! Contracts: no other bytes than the signed ones are valid, whatever was done to them.
#![no_main]

#[allow(dead_code)]
#[path = "../../crates/portal-contract/tests/signing/ceremony.rs"]
mod ceremony;
#[allow(dead_code)]
#[path = "../../crates/portal-contract/tests/signing/papers.rs"]
mod papers;

use std::sync::LazyLock;

use ceremony::Cast;
use libfuzzer_sys::fuzz_target;
use portal_contract::verifying::{Verdict, original};
use portal_fuzz::Input;

/// A ceremony, and its contract unsigned, signed by the merchant, by both, and with a time stamp. Keys are drawn, so the
/// bytes are others in every run.
static SIGNED: LazyLock<(Cast, Vec<Vec<u8>>)> = LazyLock::new(|| {
    let cast = Cast::new();
    let files = vec![ceremony::contract().pdf, cast.merchant_signed(), cast.countersigned(), cast.stamped()];
    (cast, files)
});

fuzz_target!(|input: Input| {
    let (cast, good) = &*SIGNED;
    let bytes = input.bytes(good);
    let _ = original(&bytes);
    let report = cast.verify(&bytes);
    if !matches!(report.verdict, Verdict::Refused) {
        assert!(good.contains(&bytes), "{report:?}");
    }
});
