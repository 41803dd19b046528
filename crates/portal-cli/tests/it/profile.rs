//! The profile folder: who may write, what opens it, and what there is before an account.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::Profile;

#[test]
fn a_second_writer_is_told_so_and_reading_still_works() {
    let profile = Profile::new();
    let case = profile.draft();
    // What another program that writes here holds.
    let lock = std::fs::OpenOptions::new().write(true).open(profile.path("profile/writer.lock")).unwrap();
    lock.try_lock().unwrap();

    assert_eq!(profile.run(&["case", "list", "--json"]).expect(0).json()["total"], 1);
    assert_eq!(
        profile.run(&["case", "show", &case, "--json"]).expect(0).json()["editing"]["reason"],
        "read_only"
    );
    profile.run(&["case", "check", &case, "--json"]).expect(1);
    assert_eq!(profile.run(&["info", "--json"]).expect(0).json()["read_only"], true);

    let set = ["case", "set", &case, "--pointer", "/business/mcc", "--value", "5812", "--json"];
    for arguments in [&set[..], &["sync", "--once", "--json"], &["case", "delete", &case, "--json"]] {
        assert_eq!(profile.run(arguments).expect(5).json()["code"], "read_only", "{arguments:?}");
    }
    drop(lock);
    profile.run(&set).expect(0);
}

#[test]
fn two_programs_at_once_share_a_profile() {
    let profile = Profile::new();
    let case = profile.draft();
    let logs = profile.path("profile/logs");
    std::fs::remove_dir_all(&logs).unwrap();
    let mut first = profile.command(&["case", "new", "--from", "-", "--json"]);
    let mut first = first.stdin(Stdio::piped()).spawn().unwrap();
    // It opens the profile, starts its log, and waits for its case file.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !logs.exists() {
        assert!(std::time::Instant::now() < deadline, "the first program doesn't start");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(profile.run(&["case", "delete", &case, "--json"]).expect(5).json()["code"], "read_only");
    profile.run(&["case", "show", &case]).expect(0);
    drop(first.stdin.take());
    let mut line = String::new();
    BufReader::new(first.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("bad_json"), "{line}");
    assert_eq!(first.wait().unwrap().code(), Some(2));
}

#[test]
fn another_passphrase_opens_nothing() {
    let mut profile = Profile::new();
    profile.draft();
    profile.passphrase = "some other words";
    assert_eq!(profile.run(&["case", "list", "--json"]).expect(7).json()["code"], "wrong_passphrase");
    let mut fresh = Profile::new();
    fresh.passphrase = "short";
    assert_eq!(fresh.run(&["case", "list", "--json"]).expect(7).json()["code"], "weak_passphrase");
}

#[test]
fn nothing_is_sent_without_a_backend_or_a_sign_in() {
    let profile = Profile::new();
    profile.draft();
    assert_eq!(profile.run(&["sync", "--once", "--json"]).expect(2).json()["code"], "no_backend");
    // Nothing listens on port 9 of this computer.
    let backend = "http://127.0.0.1:9";
    let sync = profile.run(&["sync", "--once", "--backend", backend, "--json"]).expect(3);
    assert_eq!(sync.json()["code"], "sign_in_needed");
    profile.run(&["sync", "--watch", "--backend", backend]).expect(3);
    // A code without the receipt key that it ends in is no code, whoever is asked.
    let short = ["enrol", "--activation-code", "ABCD-EFGH", "--backend", backend, "--json"];
    assert_eq!(profile.run(&short).expect(1).json()["code"], "unauthorized");
    let code = "7K2M-9QRT-XW3H-V5NB-3F9A1C2B4D5E6F70";
    let enrol = profile.run(&["enrol", "--activation-code", code, "--backend", backend, "--json"]).expect(4);
    assert_eq!(enrol.json()["code"], "offline");
    assert_eq!(enrol.json()["retryable"], true);
    let login = profile.run(&["login", "--phone", "123", "--backend", backend, "--json"]).expect(2);
    assert_eq!(login.fields(), ["--phone bad_format"]);
}

#[test]
fn the_self_check_tells_what_works() {
    let profile = Profile::new();
    let checks = profile.run(&["selfcheck", "--json"]).expect(0).json();
    let result = |id: &str| {
        let found = checks.as_array().unwrap().iter().find(|check| check["check"] == id);
        found.unwrap_or_else(|| panic!("no {id} in {checks}"))["result"].clone()
    };
    assert_eq!(result("vault"), "ok");
    assert_eq!(result("database"), "ok");
    assert_eq!(result("photo_worker"), "ok");
    assert_eq!(result("page_reader"), "ok");
    assert_eq!(result("backend"), "unknown");
}
