//! The vault against a real gnome-keyring on a private D-Bus session.
//!
//! The keyring library connects once per process, so every step runs in a process of its own: this test binary
//! starts itself again with `VAULT_STEP` set, and the step answers with one line of JSON.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod session;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use portal_vault::{KdfCost, OpenMode, Sensitive, Vault, VaultError};
use serde_json::{Value, json};
use session::{ANSWER, Home, Session, TOKEN};

const PIN: &str = "129045";
const NEW_PIN: &str = "775310";
const NOON_MS: i64 = 1_790_000_000_000;

// ---- steps, each in its own process ------------------------------------------------------------------------

/// Not a test by itself: one step of a scenario, told by the environment.
#[test]
#[ignore = "a step of the scenarios below, which start it in its own process"]
fn step() {
    let Ok(step) = std::env::var("VAULT_STEP") else { return };
    let profile = PathBuf::from(std::env::var("VAULT_PROFILE").unwrap());
    let code = std::env::var("VAULT_CODE").unwrap_or_default();
    let mode = match std::env::var("VAULT_PASSPHRASE") {
        Ok(passphrase) => OpenMode::ReplaceKeyring(Sensitive::new(passphrase)),
        Err(_) => OpenMode::Automatic,
    };
    // Everything any library logs; the session looks for secrets in it.
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(std::io::stderr).init();
    tracing::trace!("the step's log begins");
    let started = Instant::now();
    let vault = Vault::open(&profile, mode, KdfCost::STANDARD).unwrap().vault;
    let open_ms = u64::try_from(started.elapsed().as_millis()).unwrap();
    let mut answer = json!({ "open_ms": open_ms, "facts_at_start": vault.self_check().unwrap() });
    let result = match step.as_str() {
        "open" => Ok(()),
        "create" => create(&vault, &mut answer),
        "unlock" => unlock(&vault, &mut answer),
        "recover" => vault.unlock_with_recovery_code("staff-1", &code, NEW_PIN).map(|key| {
            answer["key"] = hex::encode(*key.derive("database")).into();
        }),
        other => panic!("unknown step {other}"),
    };
    answer["error"] = result.err().map_or(Value::Null, |error| error.code().into());
    answer["status"] = json!(vault.status());
    answer["public_key"] =
        vault.device_public_key_spki_der().map_or(Value::Null, |der| hex::encode(der).into());
    println!("{ANSWER}{answer}");
}

fn create(vault: &Vault, answer: &mut Value) -> Result<(), VaultError> {
    let (key, code) = vault.create_account_key("staff-1", PIN)?;
    vault.set_refresh_token("staff-1", TOKEN)?;
    answer["key"] = hex::encode(*key.derive("database")).into();
    answer["code"] = code.reveal().as_str().into();
    Ok(())
}

fn unlock(vault: &Vault, answer: &mut Value) -> Result<(), VaultError> {
    let key =
        vault.unlock_with_pin("staff-1", std::env::var("VAULT_PIN").as_deref().unwrap_or(PIN), NOON_MS)?;
    answer["key"] = hex::encode(*key.derive("database")).into();
    answer["token"] =
        vault.refresh_token("staff-1")?.map_or(Value::Null, |token| token.expose().as_str().into());
    Ok(())
}

// ---- scenarios ---------------------------------------------------------------------------------------------

#[test]
fn secrets_live_in_the_keyring_across_processes_and_log_ins() {
    let home = Home::new();
    let session = Session::unlocked(&home);
    let created = session.run(&home, "create", &[]);
    assert_eq!(created["error"], Value::Null, "{created}");
    assert_eq!(created["facts_at_start"]["status"], "keyring_ready");
    assert_eq!(created["facts_at_start"]["canary"], "passed");
    assert_eq!(created["facts_at_start"]["backend"], "keyring");

    let opened = session.run(&home, "unlock", &[]);
    assert_eq!(opened["error"], Value::Null, "{opened}");
    assert_eq!(opened["key"], created["key"]);
    assert_eq!(opened["token"], TOKEN);
    assert_eq!(opened["public_key"], created["public_key"]);

    let items = session.items();
    assert!(items.contains("/device") && items.contains("/refresh-staff-1"), "{items}");
    assert!(!items.contains("canary"), "canaries are deleted: {items}");
    assert!(!home.profile().join("vault/vault.bin").exists());

    drop(session);
    let next_log_in = Session::unlocked(&home);
    let opened = next_log_in.run(&home, "unlock", &[]);
    assert_eq!(opened["key"], created["key"], "{opened}");
}

#[test]
fn two_profiles_in_one_keyring_do_not_collide() {
    let (home, other) = (Home::new(), Home::new());
    let session = Session::unlocked(&home);
    let first = session.run(&home, "create", &[]);
    let second = session.run(&other, "create", &[]);
    assert_ne!(first["public_key"], second["public_key"]);
    assert_eq!(session.run(&home, "unlock", &[])["key"], first["key"]);
    assert_eq!(session.run(&other, "unlock", &[])["key"], second["key"]);
}

#[test]
fn a_locked_keyring_is_reported_in_time_and_nothing_is_replaced() {
    let home = Home::new();
    let session = Session::unlocked(&home);
    let created = session.run(&home, "create", &[]);
    session.lock();
    assert_locked(&session.run(&home, "unlock", &[]));
    drop(session);

    let nobody_typed_the_password = Session::locked(&home);
    assert_locked(&nobody_typed_the_password.run(&home, "unlock", &[]));
    assert_locked(&nobody_typed_the_password.run(
        &home,
        "recover",
        &[("VAULT_CODE", created["code"].as_str().unwrap())],
    ));
    drop(nobody_typed_the_password);

    let unlocked_again = Session::unlocked(&home);
    let opened = unlocked_again.run(&home, "unlock", &[]);
    assert_eq!(opened["key"], created["key"], "{opened}");
    assert_eq!(opened["public_key"], created["public_key"]);
}

#[test]
fn an_unanswered_unlock_prompt_does_not_hold_the_start() {
    let home = Home::new();
    let created = Session::unlocked(&home).run(&home, "create", &[]);
    let silent = Session::locked_with_silent_prompt(&home);
    let answer = silent.run(&home, "unlock", &[]);
    assert_locked(&answer);
    assert_eq!(answer["facts_at_start"]["canary"], "timed_out");
    drop(silent);
    assert_eq!(Session::unlocked(&home).run(&home, "unlock", &[])["key"], created["key"]);
}

fn assert_locked(answer: &Value) {
    assert_eq!(answer["status"], "keyring_locked", "{answer}");
    assert_eq!(answer["error"], "keyring_locked");
    assert_eq!(answer["public_key"], Value::Null);
    assert_eq!(answer["facts_at_start"]["secrets_expected"], true);
    assert!(answer["open_ms"].as_u64().unwrap() < 5_000, "a prompt must not hold the start: {answer}");
}

#[test]
fn a_new_profile_over_a_locked_keyring_waits_and_then_starts_fresh() {
    let home = Home::new();
    drop({
        let first_log_in = Session::unlocked(&home);
        first_log_in.run(&Home::new(), "open", &[]);
        first_log_in
    });
    let locked = Session::locked(&home);
    let answer = locked.run(&home, "create", &[]);
    assert_eq!((&answer["status"], &answer["error"]), (&json!("keyring_locked"), &json!("keyring_locked")));
    assert_eq!(answer["facts_at_start"]["secrets_expected"], false);
    drop(locked);
    let unlocked = Session::unlocked(&home);
    assert_eq!(unlocked.run(&home, "create", &[])["status"], "keyring_ready");
}

#[test]
fn without_a_keyring_the_vault_says_so_and_a_passphrase_works() {
    let home = Home::new();
    let no_bus = home.run("create", &[]);
    assert_eq!((&no_bus["status"], &no_bus["error"]), (&json!("keyring_absent"), &json!("keyring_absent")));
    assert!(no_bus["open_ms"].as_u64().unwrap() < 5_000, "{no_bus}");

    let bus_only = Session::without_keyring(&home).run(&home, "create", &[]);
    assert_eq!(
        (&bus_only["status"], &bus_only["error"]),
        (&json!("keyring_absent"), &json!("keyring_absent"))
    );
    assert!(bus_only["open_ms"].as_u64().unwrap() < 5_000, "{bus_only}");

    let created = home.run("create", &[("VAULT_PASSPHRASE", "eight characters")]);
    assert_eq!(created["status"], "passphrase_ready", "{created}");
    assert_eq!(home.run("open", &[])["status"], "passphrase_needed");
    let opened = home.run("unlock", &[("VAULT_PASSPHRASE", "eight characters")]);
    assert_eq!(opened["key"], created["key"], "{opened}");
}

#[test]
fn a_wiped_keyring_is_a_loss_and_the_recovery_code_restores_the_same_key() {
    let home = Home::new();
    let session = Session::unlocked(&home);
    let created = session.run(&home, "create", &[]);
    session.wipe();

    let missing = session.run(&home, "unlock", &[]);
    assert_eq!(
        (&missing["status"], &missing["error"]),
        (&json!("secrets_missing"), &json!("secrets_missing"))
    );
    assert_eq!(session.items(), "", "nothing is made silently");

    let code = created["code"].as_str().unwrap().to_lowercase().replace('-', " ");
    let started = Instant::now();
    let recovered = session.run(&home, "recover", &[("VAULT_CODE", &code)]);
    assert!(started.elapsed() < Duration::from_secs(60));
    assert_eq!(recovered["error"], Value::Null, "{recovered}");
    assert_eq!(recovered["status"], "keyring_ready");
    assert_eq!(recovered["key"], created["key"]);
    assert_ne!(recovered["public_key"], created["public_key"], "a new device identity enrols again");

    let old_pin = session.run(&home, "unlock", &[]);
    assert_eq!(old_pin["error"], "pin_wrong");
    let opened = session.run(&home, "unlock", &[("VAULT_PIN", NEW_PIN)]);
    assert_eq!(opened["key"], created["key"]);
}

#[test]
fn giving_up_an_unusable_keyring_keeps_the_account() {
    let home = Home::new();
    let session = Session::unlocked(&home);
    let created = session.run(&home, "create", &[]);
    drop(session);

    let opened = Vault::open(
        &home.profile(),
        OpenMode::Passphrase(Sensitive::new("eight characters".to_owned())),
        KdfCost::STANDARD,
    );
    assert_eq!(opened.unwrap_err().code(), "keyring_in_use");
    let code = created["code"].as_str().unwrap();
    let recovered = home.run("recover", &[("VAULT_PASSPHRASE", "eight characters"), ("VAULT_CODE", code)]);
    assert_eq!(recovered["facts_at_start"]["status"], "secrets_missing", "{recovered}");
    assert_eq!(recovered["status"], "passphrase_ready");
    assert_eq!(recovered["key"], created["key"]);
}
