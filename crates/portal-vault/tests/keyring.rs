//! The vault against a real gnome-keyring on a private D-Bus session.
//!
//! The keyring library connects once per process, so every step runs in a process of its own: this test binary
//! starts itself again with `VAULT_STEP` set, and the step answers with one line of JSON.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use portal_vault::{OpenMode, Sensitive, Vault, VaultError};
use serde_json::{Value, json};

const PIN: &str = "129045";
const NEW_PIN: &str = "775310";
const NOON_MS: i64 = 1_790_000_000_000;
const ANSWER: &str = "VAULT-ANSWER ";

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
    let started = Instant::now();
    let vault = Vault::open(&profile, mode).unwrap().vault;
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
    vault.set_refresh_token("staff-1", "refresh-令牌-1")?;
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

// ---- a private session -------------------------------------------------------------------------------------

/// A D-Bus session with a keyring daemon over its own folders. Ends when dropped.
struct Session {
    bus: Child,
    daemon: Option<Child>,
    environment: BTreeMap<&'static str, String>,
}

/// Folders that outlive a session, as a user's home outlives a log-in.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        for name in ["data", "run", "config", "cache"] {
            fs::create_dir(home.path().join(name)).unwrap();
            fs::set_permissions(home.path().join(name), fs::Permissions::from_mode(0o700)).unwrap();
        }
        Self(home)
    }

    fn profile(&self) -> PathBuf {
        self.0.path().join("profile")
    }

    fn environment(&self) -> BTreeMap<&'static str, String> {
        let folder = |name: &str| self.0.path().join(name).display().to_string();
        BTreeMap::from([
            ("PATH", std::env::var("PATH").unwrap()),
            ("HOME", self.0.path().display().to_string()),
            ("XDG_DATA_HOME", folder("data")),
            ("XDG_RUNTIME_DIR", folder("run")),
            ("XDG_CONFIG_HOME", folder("config")),
            ("XDG_CACHE_HOME", folder("cache")),
        ])
    }

    /// No bus at all.
    fn run(&self, step: &str, more: &[(&'static str, &str)]) -> Value {
        run_step(&self.environment(), &self.profile(), step, more)
    }
}

impl Session {
    /// A session whose keyring was unlocked at log-in.
    fn unlocked(home: &Home) -> Self {
        let mut session = Self::without_keyring(home);
        session.start_daemon(&["--unlock"], "log-in password");
        session
    }

    /// A session over an existing keyring that nobody has unlocked.
    fn locked(home: &Home) -> Self {
        let mut session = Self::without_keyring(home);
        session.start_daemon(&["--start"], "");
        session
    }

    fn without_keyring(home: &Home) -> Self {
        let mut environment = home.environment();
        // The session lives as long as the shell's standard input stays open.
        let mut bus = command("dbus-run-session", &environment)
            .args(["--", "sh", "-c", "echo \"$DBUS_SESSION_BUS_ADDRESS\"; cat >/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", missing("dbus-run-session", "dbus")));
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap()).read_line(&mut address).unwrap();
        assert!(address.contains("unix:"), "no session bus: {address:?}");
        environment.insert("DBUS_SESSION_BUS_ADDRESS", address.trim().to_owned());
        Self { bus, daemon: None, environment }
    }

    fn start_daemon(&mut self, arguments: &[&str], password: &str) {
        let mut daemon = command("gnome-keyring-daemon", &self.environment)
            .args(arguments)
            .args(["--foreground", "--components=secrets"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", missing("gnome-keyring-daemon", "gnome-keyring")));
        daemon.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        self.daemon = Some(daemon);
        let deadline = Instant::now() + Duration::from_secs(10);
        while !self.bus_call(
            &["--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.GetNameOwner"],
            &["string:org.freedesktop.secrets"],
        ) {
            assert!(Instant::now() < deadline, "gnome-keyring-daemon did not come up");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn lock(&self) {
        let collection = "array:objpath:/org/freedesktop/secrets/collection/login";
        let locked = self.bus_call(
            &[
                "--dest=org.freedesktop.secrets",
                "/org/freedesktop/secrets",
                "org.freedesktop.Secret.Service.Lock",
            ],
            &[collection],
        );
        assert!(locked, "the collection could not be locked");
    }

    /// Deletes everything the portal has in this keyring, with somebody else's tool.
    fn wipe(&self) {
        let status = command("secret-tool", &self.environment)
            .args(["clear", "service", "zhanggui.portal"])
            .status()
            .unwrap_or_else(|error| panic!("{}: {error}", missing("secret-tool", "libsecret-tools")));
        assert!(status.success());
        assert_eq!(self.items(), "");
    }

    /// What `secret-tool` finds of the portal's items.
    fn items(&self) -> String {
        let output = command("secret-tool", &self.environment)
            .args(["search", "--all", "service", "zhanggui.portal"])
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}", missing("secret-tool", "libsecret-tools")));
        // It prints attributes to one stream and values to the other.
        String::from_utf8_lossy(&output.stderr).replace("** Message", "")
            + &String::from_utf8_lossy(&output.stdout)
    }

    fn run(&self, home: &Home, step: &str, more: &[(&'static str, &str)]) -> Value {
        run_step(&self.environment, &home.profile(), step, more)
    }

    fn bus_call(&self, target: &[&str], arguments: &[&str]) -> bool {
        command("dbus-send", &self.environment)
            .args(["--session", "--print-reply", "--type=method_call"])
            .args(target)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap_or_else(|error| panic!("{}: {error}", missing("dbus-send", "dbus")))
            .success()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(daemon) = &mut self.daemon {
            drop(daemon.kill());
            drop(daemon.wait());
        }
        drop(self.bus.stdin.take());
        drop(self.bus.wait());
    }
}

fn missing(program: &str, package: &str) -> String {
    format!("{program} is needed for this test: install {package}, or run `cargo xtask setup`")
}

/// Nothing of the caller's session leaks in: no display, no bus.
fn command(program: &str, environment: &BTreeMap<&'static str, String>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(environment);
    command
}

fn run_step(
    environment: &BTreeMap<&'static str, String>,
    profile: &Path,
    step: &str,
    more: &[(&'static str, &str)],
) -> Value {
    let mut child = command(&std::env::current_exe().unwrap().display().to_string(), environment)
        .args(["--exact", "step", "--ignored", "--nocapture"])
        .env("VAULT_STEP", step)
        .env("VAULT_PROFILE", profile)
        .envs(more.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = String::new();
    child.stdout.take().unwrap().read_to_string(&mut output).unwrap();
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    child.wait().unwrap();
    let answer = output
        .lines()
        .find_map(|line| line.split_once(ANSWER))
        .unwrap_or_else(|| panic!("step {step} gave no answer\n{output}\n{errors}"));
    serde_json::from_str(answer.1).unwrap()
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
    assert_eq!(opened["token"], "refresh-令牌-1");
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

    let bus_only = Session::without_keyring(&home);
    let mut no_service_files = bus_only.environment.clone();
    no_service_files.insert("XDG_DATA_DIRS", "/nonexistent".to_owned());
    let answer = run_step(&no_service_files, &home.profile(), "open", &[]);
    let status = answer["status"].as_str().unwrap();
    assert!(["keyring_absent", "keyring_locked"].contains(&status), "{answer}");
    assert!(answer["open_ms"].as_u64().unwrap() < 5_000, "{answer}");

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

    let opened =
        Vault::open(&home.profile(), OpenMode::Passphrase(Sensitive::new("eight characters".to_owned())));
    assert_eq!(opened.unwrap_err().code(), "keyring_in_use");
    let code = created["code"].as_str().unwrap();
    let recovered = home.run("recover", &[("VAULT_PASSPHRASE", "eight characters"), ("VAULT_CODE", code)]);
    assert_eq!(recovered["facts_at_start"]["status"], "secrets_missing", "{recovered}");
    assert_eq!(recovered["status"], "passphrase_ready");
    assert_eq!(recovered["key"], created["key"]);
}
