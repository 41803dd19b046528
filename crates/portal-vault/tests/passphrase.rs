//! The passphrase vault, and the accounts on top of it, at their real cost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

use portal_vault::{
    BackendKind, Canary, KdfCost, OpenMode, Protection, Sensitive, Vault, VaultError, VaultStatus,
};

const PASSPHRASE: &str = "correct horse 电池";
const PIN: &str = "129045";
const NOON_MS: i64 = 1_790_000_000_000;

fn with(passphrase: &str) -> OpenMode {
    OpenMode::Passphrase(Sensitive::new(passphrase.to_owned()))
}

fn open(profile: &Path) -> Vault {
    let opened = Vault::open(profile, with(PASSPHRASE), KdfCost::STANDARD).unwrap();
    assert_eq!(opened.status, VaultStatus::PassphraseReady);
    opened.vault
}

fn code_of<T: std::fmt::Debug>(result: Result<T, VaultError>) -> &'static str {
    result.unwrap_err().code()
}

#[test]
fn secrets_come_back_with_the_passphrase_only() {
    let profile = tempfile::tempdir().unwrap();
    let vault = open(profile.path());
    vault.set_refresh_token("staff-1", "token-one").unwrap();
    vault.set_refresh_token("staff-2", "token-two").unwrap();
    vault.delete_refresh_token("staff-2").unwrap();
    let public_key = vault.device_public_key_spki_der().unwrap();
    let (key, _) = vault.create_account_key("staff-1", PIN).unwrap();
    drop(vault);

    let asked = Vault::open(profile.path(), OpenMode::Automatic, KdfCost::STANDARD).unwrap();
    assert_eq!(asked.status, VaultStatus::PassphraseNeeded);
    assert_eq!(code_of(asked.vault.refresh_token("staff-1")), "passphrase_needed");
    assert_eq!(code_of(asked.vault.unlock_with_pin("staff-1", PIN, NOON_MS)), "passphrase_needed");

    let vault = open(profile.path());
    assert_eq!(vault.refresh_token("staff-1").unwrap().unwrap().expose(), "token-one");
    assert!(vault.refresh_token("staff-2").unwrap().is_none());
    assert_eq!(vault.device_public_key_spki_der().unwrap(), public_key);
    let opened = vault.unlock_with_pin("staff-1", PIN, NOON_MS).unwrap();
    assert_eq!(opened.derive("database"), key.derive("database"));
    let facts = vault.self_check().unwrap();
    assert_eq!((facts.backend, facts.canary), (Some(BackendKind::PassphraseFile), Canary::NotRun));
    assert!(facts.secrets_expected && facts.device_key_present && !facts.certificate_present);
    assert_eq!(facts.accounts, 1);
}

#[test]
fn a_file_that_does_not_open_is_named_and_never_overwritten() {
    let profile = tempfile::tempdir().unwrap();
    drop(open(profile.path()));
    let path = profile.path().join("vault/vault.bin");
    let good = fs::read(&path).unwrap();

    assert_eq!(
        code_of(Vault::open(profile.path(), with("correct horse 电油"), KdfCost::STANDARD)),
        "passphrase_wrong"
    );
    let replace = OpenMode::ReplaceKeyring(Sensitive::new("another passphrase".to_owned()));
    assert_eq!(code_of(Vault::open(profile.path(), replace, KdfCost::STANDARD)), "passphrase_wrong");
    assert_eq!(fs::read(&path).unwrap(), good);

    let mut bad: Vec<Vec<u8>> = [0, 7, 30, 59, 60, 80, good.len() - 1].map(|n| good[..n].to_vec()).into();
    for at in [0, 9, 13, 17, 25, 40, 55, 70, 90, good.len() - 1] {
        let mut changed = good.clone();
        changed[at] ^= 0x10;
        bad.push(changed);
    }
    for content in bad {
        fs::write(&path, &content).unwrap();
        assert_eq!(
            code_of(Vault::open(profile.path(), with(PASSPHRASE), KdfCost::STANDARD)),
            "vault_file_damaged"
        );
        assert_eq!(fs::read(&path).unwrap(), content, "the damaged file must stay as it is");
    }
    fs::write(&path, &good).unwrap();
    open(profile.path());
}

#[test]
fn a_lost_vault_file_is_a_loss_and_the_recovery_code_restores_the_account() {
    let profile = tempfile::tempdir().unwrap();
    let vault = open(profile.path());
    let (key, code) = vault.create_account_key("staff-1", PIN).unwrap();
    let public_key = vault.device_public_key_spki_der().unwrap();
    vault.guest_key("guest").unwrap();
    drop(vault);
    fs::remove_file(profile.path().join("vault/vault.bin")).unwrap();

    let automatic = Vault::open(profile.path(), OpenMode::Automatic, KdfCost::STANDARD).unwrap();
    assert_eq!(automatic.status, VaultStatus::PassphraseNeeded);
    let opened = Vault::open(profile.path(), with(PASSPHRASE), KdfCost::STANDARD).unwrap();
    assert_eq!(opened.status, VaultStatus::SecretsMissing);
    let vault = opened.vault;
    assert_eq!(code_of(vault.unlock_with_pin("staff-1", PIN, NOON_MS)), "secrets_missing");
    assert_eq!(code_of(vault.create_account_key("staff-2", PIN)), "secrets_missing");
    assert_eq!(code_of(vault.unlock_with_recovery_code("staff-1", "0000", PIN)), "recovery_code_length");
    assert_eq!(vault.status(), VaultStatus::SecretsMissing, "an unproven code makes no new identity");

    let recovered = vault.unlock_with_recovery_code("staff-1", &code.reveal(), "775310").unwrap();
    assert_eq!(recovered.derive("database"), key.derive("database"));
    assert_eq!(vault.status(), VaultStatus::PassphraseReady);
    assert_ne!(vault.device_public_key_spki_der().unwrap(), public_key);
    drop(vault);
    let vault = open(profile.path());
    let again = vault.unlock_with_pin("staff-1", "775310", NOON_MS).unwrap();
    assert_eq!(again.derive("database"), key.derive("database"));
    assert_eq!(code_of(vault.guest_key("guest")), "guest_key_lost");
    assert_eq!(code_of(vault.replace_device_identity()), "secrets_present");
}

#[test]
fn a_profile_without_accounts_starts_again_by_an_explicit_wish_only() {
    let profile = tempfile::tempdir().unwrap();
    drop(open(profile.path()));
    fs::remove_file(profile.path().join("vault/vault.bin")).unwrap();
    let opened = Vault::open(profile.path(), with(PASSPHRASE), KdfCost::STANDARD).unwrap();
    assert_eq!(opened.status, VaultStatus::SecretsMissing);
    opened.vault.replace_device_identity().unwrap();
    assert_eq!(opened.vault.status(), VaultStatus::PassphraseReady);
    drop(opened);
    open(profile.path());
}

#[test]
fn a_damaged_installation_record_leads_to_recovery_and_not_to_a_fresh_start() {
    let profile = tempfile::tempdir().unwrap();
    let vault = open(profile.path());
    let (_, code) = vault.create_account_key("staff-1", PIN).unwrap();
    drop(vault);
    fs::write(profile.path().join("vault/installation.json"), "{").unwrap();
    fs::remove_file(profile.path().join("vault/vault.bin")).unwrap();
    let opened = Vault::open(profile.path(), with(PASSPHRASE), KdfCost::STANDARD).unwrap();
    assert_eq!(opened.status, VaultStatus::SecretsMissing);
    opened.vault.unlock_with_recovery_code("staff-1", &code.reveal(), PIN).unwrap();
}

#[test]
fn weak_passphrases_make_no_file() {
    let profile = tempfile::tempdir().unwrap();
    assert_eq!(
        code_of(Vault::open(profile.path(), with("seven77"), KdfCost::STANDARD)),
        "passphrase_too_short"
    );
    assert!(!profile.path().join("vault/vault.bin").exists());
}

#[test]
fn wrong_pins_cost_growing_time_that_a_restart_or_clock_does_not_shorten() {
    let profile = tempfile::tempdir().unwrap();
    let mut vault = open(profile.path());
    vault.create_account_key("staff-1", PIN).unwrap();
    let mut left = Vec::new();
    for _ in 0..5 {
        vault = open(profile.path());
        match vault.unlock_with_pin("staff-1", "000001", NOON_MS) {
            Err(VaultError::WrongPin { attempts_left, retry_after_ms }) => {
                left.push((attempts_left, retry_after_ms))
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(left, [(3, 0), (2, 0), (1, 0), (0, 0), (0, 30_000)]);
    let wait = |vault: &Vault, now_ms: i64| match vault.unlock_with_pin("staff-1", PIN, now_ms) {
        Err(VaultError::PinDelayed { retry_after_ms }) => retry_after_ms,
        other => panic!("the right PIN must wait too: {other:?}"),
    };
    assert_eq!(wait(&vault, NOON_MS + 10_000), 20_000);
    assert_eq!(vault.pin_wait_ms("staff-1", NOON_MS + 10_000).unwrap(), 20_000);
    let yesterday_ms = NOON_MS - 86_400_000;
    assert_eq!(wait(&vault, yesterday_ms), 30_000);
    assert_eq!(wait(&vault, yesterday_ms + 29_000), 1_000);
    vault.unlock_with_pin("staff-1", PIN, yesterday_ms + 30_000).unwrap();
    match vault.unlock_with_pin("staff-1", "000001", NOON_MS) {
        Err(VaultError::WrongPin { attempts_left: 3, retry_after_ms: 0 }) => {}
        other => panic!("a right PIN forgets the wrong ones: {other:?}"),
    }
    fs::write(profile.path().join("accounts/staff-1/pin-attempts.json"), "?").unwrap();
    match vault.unlock_with_pin("staff-1", "000001", NOON_MS) {
        Err(VaultError::WrongPin { attempts_left: 0, retry_after_ms: 30_000 }) => {}
        other => panic!("an unreadable count gives no free attempts: {other:?}"),
    }
}

#[test]
fn pin_and_recovery_code_can_be_changed() {
    let profile = tempfile::tempdir().unwrap();
    let vault = open(profile.path());
    let (key, code) = vault.create_account_key("staff-1", PIN).unwrap();
    assert_eq!(code_of(vault.create_account_key("staff-1", PIN)), "account_exists");
    assert_eq!(code_of(vault.change_pin("staff-1", PIN, "111111", NOON_MS)), "pin_repeated");
    assert_eq!(code_of(vault.change_pin("staff-1", "000001", "775310", NOON_MS)), "pin_wrong");
    vault.change_pin("staff-1", PIN, "775310", NOON_MS).unwrap();
    assert_eq!(code_of(vault.unlock_with_pin("staff-1", PIN, NOON_MS)), "pin_wrong");
    let new_code = vault.replace_recovery_code("staff-1", "775310", NOON_MS).unwrap();
    assert_eq!(
        code_of(vault.unlock_with_recovery_code("staff-1", &code.reveal(), PIN)),
        "recovery_code_wrong"
    );
    let recovered = vault.unlock_with_recovery_code("staff-1", &new_code.reveal(), PIN).unwrap();
    assert_eq!(recovered.derive("database"), key.derive("database"));
}

#[test]
fn a_guest_becomes_an_account_with_the_same_key() {
    let profile = tempfile::tempdir().unwrap();
    let vault = open(profile.path());
    let guest = vault.guest_key("guest").unwrap();
    assert_eq!(vault.guest_key("guest").unwrap().derive("database"), guest.derive("database"));
    assert_eq!(code_of(vault.unlock_with_pin("guest", PIN, NOON_MS)), "pin_not_set");
    fs::rename(profile.path().join("accounts/guest"), profile.path().join("accounts/merchant-1")).unwrap();
    let (key, _) = vault.protect_guest("merchant-1", PIN).unwrap();
    assert_eq!(key.derive("database"), guest.derive("database"));
    assert_eq!(code_of(vault.guest_key("merchant-1")), "pin_required");
    assert_eq!(code_of(vault.protect_guest("guest", PIN)), "account_unknown");
    vault.unlock_with_pin("merchant-1", PIN, NOON_MS).unwrap();
    let entries = vault.accounts().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].protection, Some(Protection::PinAndRecoveryCode));
}

#[test]
fn a_damaged_key_file_is_named_and_kept() {
    let profile = tempfile::tempdir().unwrap();
    let vault = open(profile.path());
    let (_, code) = vault.create_account_key("staff-1", PIN).unwrap();
    let path = profile.path().join("accounts/staff-1/keys.json");
    fs::write(&path, "{\"version\":1}").unwrap();
    assert_eq!(code_of(vault.unlock_with_pin("staff-1", PIN, NOON_MS)), "keys_damaged");
    assert_eq!(code_of(vault.unlock_with_recovery_code("staff-1", &code.reveal(), PIN)), "keys_damaged");
    assert_eq!(code_of(vault.create_account_key("staff-1", PIN)), "keys_damaged");
    assert_eq!(code_of(vault.guest_key("staff-1")), "keys_damaged");
    assert_eq!(fs::read_to_string(&path).unwrap(), "{\"version\":1}");
    assert_eq!(vault.accounts().unwrap()[0].protection, None);
}

#[test]
fn local_ids_cannot_leave_the_accounts_folder() {
    let profile = tempfile::tempdir().unwrap();
    let vault = open(profile.path());
    let long = "a".repeat(65);
    for id in ["", "..", "a/b", "A", "员工", "a\\b", ".", &long] {
        assert_eq!(code_of(vault.create_account_key(id, PIN)), "account_id_invalid", "{id}");
        assert_eq!(code_of(vault.guest_key(id)), "account_id_invalid", "{id}");
        assert_eq!(code_of(vault.unlock_with_pin(id, PIN, NOON_MS)), "account_id_invalid", "{id}");
        assert_eq!(code_of(vault.set_refresh_token(id, "token")), "account_id_invalid", "{id}");
    }
}

#[test]
fn refresh_tokens_fit_every_keyring() {
    let profile = tempfile::tempdir().unwrap();
    let vault = open(profile.path());
    assert_eq!(code_of(vault.set_refresh_token("staff-1", "")), "token_length");
    assert_eq!(code_of(vault.set_refresh_token("staff-1", &"t".repeat(1_201))), "token_length");
    vault.set_refresh_token("staff-1", &"t".repeat(1_200)).unwrap();
}

#[test]
fn two_programs_on_one_profile_see_each_other() {
    let profile = tempfile::tempdir().unwrap();
    let (first, second) = (open(profile.path()), open(profile.path()));
    first.set_refresh_token("staff-1", "one").unwrap();
    second.set_refresh_token("staff-2", "two").unwrap();
    assert_eq!(second.refresh_token("staff-1").unwrap().unwrap().expose(), "one");
    assert_eq!(first.refresh_token("staff-2").unwrap().unwrap().expose(), "two");
}

#[test]
fn no_secret_is_in_any_file_or_debug_text() {
    let profile = tempfile::tempdir().unwrap();
    let vault = open(profile.path());
    let (key, code) = vault.create_account_key("staff-1", PIN).unwrap();
    vault.set_refresh_token("staff-1", "token-that-must-not-show").unwrap();
    let secrets: Vec<Vec<u8>> = vec![
        PASSPHRASE.into(),
        code.reveal().as_bytes().to_vec(),
        code.reveal().replace('-', "").into_bytes(),
        b"token-that-must-not-show".to_vec(),
        key.derive("database").to_vec(),
    ];
    let debug = format!("{vault:?} {key:?} {code:?} {:?}", with(PASSPHRASE)).into_bytes();
    let mut texts = vec![debug];
    for folder in ["vault", "accounts/staff-1"] {
        for entry in fs::read_dir(profile.path().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            #[cfg(unix)]
            {
                let mode =
                    std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
                assert_eq!(mode & 0o077, 0, "{}", path.display());
            }
            texts.push(fs::read(path).unwrap());
        }
    }
    assert!(texts.len() >= 5);
    for text in &texts {
        for secret in &secrets {
            assert!(!text.windows(secret.len()).any(|window| window == secret.as_slice()));
        }
    }
}

#[test]
fn two_programs_starting_or_recovering_at_once_share_one_identity() {
    let profile = tempfile::tempdir().unwrap();
    let keys: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| open(profile.path()).device_public_key_spki_der().unwrap()))
            .collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]));

    let vault = open(profile.path());
    let (_, first_code) = vault.create_account_key("staff-1", PIN).unwrap();
    let (_, second_code) = vault.create_account_key("staff-2", PIN).unwrap();
    drop(vault);
    fs::remove_file(profile.path().join("vault/vault.bin")).unwrap();
    let missing = || Vault::open(profile.path(), with(PASSPHRASE), KdfCost::STANDARD).unwrap().vault;
    let (first, second) = (missing(), missing());
    first.unlock_with_recovery_code("staff-1", &first_code.reveal(), PIN).unwrap();
    second.unlock_with_recovery_code("staff-2", &second_code.reveal(), PIN).unwrap();
    assert_eq!(first.device_public_key_spki_der().unwrap(), second.device_public_key_spki_der().unwrap());
    let vault = open(profile.path());
    vault.unlock_with_pin("staff-1", PIN, NOON_MS).unwrap();
    vault.unlock_with_pin("staff-2", PIN, NOON_MS).unwrap();
}
