//! Bodies of operations: what is read and passes the rules is the same when it is written and read again.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use portal_backend::{declaration, rules};
use portal_domain::dossier::MerchantKind;
use portal_domain::ids::{CaseId, DeviceId};
use portal_domain::testing::{TODAY, dossier};
use portal_fuzz::Input;
use portal_protocol::operation::{BlobRef, Change, Operation, ProfileRef, Submission, Withdrawal};
use portal_protocol::session::Role;
use uuid::Uuid;

const MAX_BLOB_BYTES: u64 = 64 << 20;

static GOOD: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let submissions = MerchantKind::ALL.into_iter().map(|kind| submission(7, kind));
    let withdrawal = Change::Withdraw(Withdrawal { reason: "closed".to_owned() });
    submissions.chain([operation(Vec::new(), withdrawal)]).collect()
});

fuzz_target!(|input: Input| {
    let raw = input.bytes(&GOOD);
    let Ok(operation) = declaration::read(&raw) else { return };
    let written = serde_json::to_vec(&operation).expect("an operation can be written");
    assert_eq!(declaration::read(&written).expect("what was written can be read"), operation);
    if rules::check_declaration(&operation, MAX_BLOB_BYTES).is_ok() {
        // Whatever it says.
        for role in Role::ALL {
            let _ = rules::apply(None, &operation, role, TODAY);
        }
    }
});

fn submission(seed: u64, kind: MerchantKind) -> Vec<u8> {
    let (dossier, profile) =
        (dossier(seed, kind), portal_domain::profile::lakala().expect("a built-in profile"));
    let blobs = dossier.photos().map(|(slot, _, photo)| BlobRef {
        slot: slot.into(),
        sha: photo.sha256.clone(),
        size: photo.size_bytes,
        media_type: photo.media_type.clone(),
    });
    let blobs = blobs.collect();
    let profile = ProfileRef { id: profile.id.clone(), version: profile.version.clone() };
    operation(
        blobs,
        Change::Submit(Box::new(Submission { profile, local_receipt: "L-1".to_owned(), dossier })),
    )
}

fn operation(blobs: Vec<BlobRef>, change: Change) -> Vec<u8> {
    let (case_id, device_id) = (CaseId(Uuid::from_u128(1)), DeviceId(Uuid::from_u128(2)));
    let operation = Operation { case_id, base_rev: None, made_at_ms: 1, device_id, blobs, change };
    serde_json::to_vec(&operation).expect("an operation can be written")
}
