//! Profiles written by released versions open for ever. `format-1` is a profile of invented accounts made by the
//! first version; it is copied before use and never made anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

use portal_vault::{KdfCost, OpenMode, Sensitive, Vault, VaultStatus};

const STAFF_DATABASE_KEY: &str = "edfdf1ff3f913ac4f865a92cd29ea958fe61ae284b5cff241018c0cafd58d3f4";
const GUEST_DATABASE_KEY: &str = "655442827a4957e2acbc82a46bb81c6a12b5b57ebfac4bef30e507322e3fb2db";
const RECOVERY_CODE: &str = "B9YE-FN5G-9X1C-1C6E-FZ25-7T9N-GBYA";
const DEVICE_PUBLIC_KEY: &str = "3059301306072a8648ce3d020106082a8648ce3d03010703420004dd1ebedc722fb8369386b4fc0271\
    a24e3d5f734f99883b9cc15236f51ae0631e6139bdeda0ae867b2985605161bdc9c36858eb4e5fc9ebda56b0d599fff7bb19";

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn a_profile_of_format_1_opens_with_all_its_secrets() {
    let profile = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/format-1"), profile.path());
    let mode = OpenMode::Passphrase(Sensitive::new("fixture 口令".to_owned()));
    let opened = Vault::open(profile.path(), mode, KdfCost::STANDARD).unwrap();
    assert_eq!(opened.status, VaultStatus::PassphraseReady);
    let vault = opened.vault;
    assert_eq!(hex::encode(vault.device_public_key_spki_der().unwrap()), DEVICE_PUBLIC_KEY);
    assert_eq!(vault.refresh_token("staff-1").unwrap().unwrap().expose(), "token-of-format-1");
    let database_key = |key: portal_vault::AccountKey| hex::encode(*key.derive("database"));
    let by_pin = vault.unlock_with_pin("staff-1", "129045", 1_790_000_000_000).unwrap();
    assert_eq!(database_key(by_pin), STAFF_DATABASE_KEY);
    assert_eq!(database_key(vault.guest_key("guest").unwrap()), GUEST_DATABASE_KEY);
    let by_code = vault.unlock_with_recovery_code("staff-1", RECOVERY_CODE, "775310").unwrap();
    assert_eq!(database_key(by_code), STAFF_DATABASE_KEY);
}
