//! The command line does the main job against the real backend, and its exit codes say what a script has to know.

use std::path::Path;
use std::process::{Command, Stdio};

use portal_app::domain::dossier::MerchantKind;
use portal_domain::testing::dossier;
use portal_pictures::{Order, Paper};
use portal_tests::{Backend, PASSPHRASE, PIN, assert_received, open_quiet, phone, photo, program};
use serde_json::{Value, json};

/// `portal` on one profile, as a script runs it.
struct Portal<'a> {
    profile: &'a Path,
    backend: String,
}

impl Portal<'_> {
    /// What a command prints with `--json`, which must end with `code` and have the schema of its output.
    #[track_caller]
    fn run(&self, name: &str, arguments: &[&str], code: i32) -> Value {
        let words: Vec<&str> = name.split(' ').chain(arguments.iter().copied()).collect();
        let output = self.command(&words).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {said}");
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
        self.hold(if printed.get("retryable").is_some() { "error" } else { name }, &printed);
        printed
    }

    #[track_caller]
    fn hold(&self, name: &str, printed: &Value) {
        let words: Vec<&str> = ["schema", "output"].into_iter().chain(name.split(' ')).collect();
        let schema = self.command(&words).output().unwrap();
        let schema: Value = serde_json::from_slice(&schema.stdout).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let faults: Vec<String> = validator
            .iter_errors(printed)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(program("portal"));
        command
            .arg("--profile-dir")
            .arg(self.profile)
            .args(["--backend", &self.backend, "--json"])
            .args(words)
            .env("PORTAL_VAULT_PASSPHRASE", PASSPHRASE)
            .env("PORTAL_PIN", PIN)
            .stdin(Stdio::null());
        command
    }

    fn case(&self, name: &str, arguments: &[&str]) -> Value {
        self.run(name, arguments, 0)
    }
}

/// A case file without photos and consents, and a photo file for every slot that it needs.
fn files(folder: &Path, seed: u64) -> (String, Vec<(String, String)>) {
    let mut application = dossier(seed, MerchantKind::SoleProprietor);
    let slots: Vec<String> = application.photos().map(|(slot, ..)| slot.as_str().to_owned()).collect();
    application.attachments.clear();
    application.consents.clear();
    let file = folder.join("case.json");
    std::fs::write(&file, serde_json::to_vec_pretty(&application).unwrap()).unwrap();
    let photos = (0..).zip(slots).map(|(number, slot)| {
        let path = folder.join(format!("{number}.jpg"));
        std::fs::write(&path, photo(seed * 100 + number, 1200, 900)).unwrap();
        (slot, path.to_str().unwrap().to_owned())
    });
    (file.to_str().unwrap().to_owned(), photos.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_does_the_main_job_and_every_output_has_its_schema() {
    let [data, profile, folder] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let portal = Portal { profile: profile.path(), backend: backend.address().to_owned() };
    let phone = phone(71);

    // Offline and without an account: the draft is adopted later.
    let nobody = Portal { profile: profile.path(), backend: "http://127.0.0.1:9".to_owned() };
    let (file, photos) = files(folder.path(), 71);
    let case = nobody.case("case new", &["--from", &file])["case_id"].as_str().unwrap().to_owned();
    for (slot, path) in &photos {
        nobody.case("case photo", &[&case, slot, path]);
    }
    nobody.case("case consent", &[&case, "--all"]);
    assert_eq!(nobody.case("case check", &[&case])["submittable"], true);
    assert_eq!(nobody.run("case submit", &[&case], 3)["code"], "sign_in_needed");
    assert_eq!(nobody.run("enrol", &["--phone", &phone], 4)["code"], "offline");

    assert_eq!(portal.case("enrol", &["--phone", &phone])["result"], "code_sent");
    let code = backend.code_for(&phone);
    let signed_in = portal.case("enrol", &["--phone", &phone, "--code", &code]);
    assert_eq!((&signed_in["result"], &signed_in["adopted_drafts"]), (&json!("signed_in"), &json!(1)));
    assert!(signed_in["recovery_code"].is_string());
    // Tests open their own profiles at no cost; programs never do.
    let accounts = std::fs::read_dir(profile.path().join("accounts")).unwrap();
    let keys =
        accounts.filter_map(|entry| std::fs::read_to_string(entry.unwrap().path().join("keys.json")).ok());
    assert_eq!(keys.filter(|keys| keys.contains(r#""memory_kib": 65536"#)).count(), 1);

    // 4: nothing answers; 3: held back by its user; 0: everything is received.
    let queued = nobody.case("case submit", &[&case]);
    assert_eq!(queued["status"], "queued");
    assert_eq!(nobody.run("sync", &["--once"], 4)["waiting"], 1);
    portal.case("outbox pause", &[]);
    assert_eq!(portal.run("sync", &["--once"], 3)["waiting"], 1);
    portal.case("outbox resume", &[]);
    assert_eq!(portal.run("sync", &["--once"], 0)["received"], 1);
    let receipt = folder.path().join("receipt.pdf");
    portal.case("case receipt", &[&case, "--out", receipt.to_str().unwrap()]);
    assert!(std::fs::read(&receipt).unwrap().starts_with(b"%PDF-"));

    // 5: another program writes here; reading still works.
    let app = open_quiet(profile.path(), backend.address()).await;
    let account = app.session_state().await.unwrap().accounts.remove(0).account;
    app.session_unlock(account, PIN.to_owned()).await.unwrap();
    assert_received(&app, &backend, case.parse().unwrap()).await;
    assert_eq!(portal.run("sync", &["--once"], 5)["code"], "read_only");
    assert_eq!(portal.case("case show", &[&case])["editing"]["reason"], "read_only");
    app.close().await;
    drop(app);

    // A return opens the field and the photo that it names; the answer replaces both.
    let address = "/business/address";
    let place = "/attachments/legal_id_portrait/0";
    let returned = ["case", "return", &case, "--pointer", address, "--reason", "address_incomplete"];
    let and_photo = ["--pointer", place, "--reason", "blurred"];
    backend.admin(&[&returned[..], &and_photo].concat());
    portal.run("sync", &["--once"], 0);
    assert_eq!(portal.run("case submit", &[&case], 1)["code"], "invalid");
    portal.run("case set", &[&case, "--pointer", "/contact/name", "--value", "别人"], 1);
    portal.case("case set", &[&case, "--pointer", address, "--value", "新街路 9 号 2 楼"]);
    let retaken = folder.path().join("retaken.jpg");
    std::fs::write(&retaken, photo(7_199, 1200, 900)).unwrap();
    let retaken = retaken.to_str().unwrap();
    assert_eq!(
        portal.run("case photo", &[&case, "legal_id_portrait", retaken], 1)["code"],
        "photo_slot_full"
    );
    portal.case("case photo", &[&case, "legal_id_portrait", retaken, "--replace", "0"]);
    portal.case("case submit", &[&case]);
    portal.run("sync", &["--once"], 0);

    backend.admin(&["case", "accept", &case]);
    portal.run("sync", &["--once"], 0);
    let notice = folder.path().join("notice.pdf");
    portal.case("case notice", &[&case, "--out", notice.to_str().unwrap()]);
    assert!(std::fs::read(&notice).unwrap().starts_with(b"%PDF-"));
    assert_eq!(portal.case("case show", &[&case])["status"], "accepted");
    assert_eq!(portal.case("case list", &["--status", "accepted"])["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawing_takes_back_what_was_not_sent_and_never_conflicts_with_it() {
    let [data, profile, folder] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let portal = Portal { profile: profile.path(), backend: backend.address().to_owned() };
    let phone = phone(72);
    portal.case("enrol", &["--phone", &phone]);
    portal.case("enrol", &["--phone", &phone, "--code", &backend.code_for(&phone)]);
    let (file, photos) = files(folder.path(), 72);
    let case = portal.case("case new", &["--from", &file])["case_id"].as_str().unwrap().to_owned();
    let reason = ["--reason", "changed their mind"];
    assert_eq!(portal.run("case withdraw", &[&[&*case], &reason[..]].concat(), 1)["code"], "frozen");
    for (slot, path) in &photos {
        portal.case("case photo", &[&case, slot, path]);
    }
    portal.case("case consent", &[&case, "--all"]);

    // Nothing was sent: the submission is gone, the draft is there.
    portal.case("case submit", &[&case]);
    let draft = portal.case("case withdraw", &[&[&*case], &reason[..]].concat());
    assert_eq!((&draft["status"], &draft["outbox"]), (&json!("draft"), &Value::Null));
    portal.case("case submit", &[&case]);
    assert_eq!(portal.case("case unqueue", &[&case])["status"], "draft");

    // An answer waits to be sent: the withdrawal goes instead of it, not behind it.
    portal.case("case submit", &[&case]);
    portal.run("sync", &["--once"], 0);
    backend.admin(&["case", "return", &case, "--pointer", "/contact/name", "--reason", "incomplete"]);
    portal.run("sync", &["--once"], 0);
    portal.case("case set", &[&case, "--pointer", "/contact/name", "--value", "王小禾"]);
    portal.case("case submit", &[&case]);
    for _ in 0..2 {
        portal.case("case withdraw", &[&[&*case], &reason[..]].concat());
        let items = portal.case("outbox list", &[])["items"].as_array().unwrap().clone();
        let kinds: Vec<&str> = items.iter().map(|item| item["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["application.withdraw"]);
    }
    assert_eq!(portal.run("sync", &["--once"], 0)["received"], 1);
    assert_eq!(portal.case("case show", &[&case])["status"], "withdrawn");
}

#[test]
fn a_script_carries_work_in_a_file_where_there_is_no_network() {
    let [data, profile, other, folder] = [(); 4].map(|()| tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let online = Portal { profile: profile.path(), backend: backend.address().to_owned() };
    let offline = Portal { profile: profile.path(), backend: "http://127.0.0.1:9".to_owned() };
    let bearer = Portal { profile: other.path(), backend: backend.address().to_owned() };
    for (portal, seed) in [(&online, 72), (&bearer, 73)] {
        portal.case("enrol", &["--phone", &phone(seed)]);
        portal.case("enrol", &["--phone", &phone(seed), "--code", &backend.code_for(&phone(seed))]);
    }
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (package, receipts) = (file("package.age"), file("receipts.json"));
    assert_eq!(offline.run("courier export", &["--out", &package], 1)["code"], "nothing_to_export");

    let (case_file, photos) = files(folder.path(), 72);
    let case = offline.case("case new", &["--from", &case_file])["case_id"].as_str().unwrap().to_owned();
    for (slot, path) in &photos {
        offline.case("case photo", &[&case, slot, path]);
    }
    offline.case("case consent", &[&case, "--all"]);
    offline.case("case submit", &[&case]);
    let exported = offline.case("courier export", &["--out", &package]);
    assert_eq!((&exported["operations"], &exported["left"]), (&json!(1), &json!(0)));

    assert_eq!(
        bearer.run("courier import", &["nowhere.age", "--out", &receipts], 2)["code"],
        "invalid_argument"
    );
    assert_eq!(bearer.run("courier import", &[&case_file, "--out", &receipts], 1)["code"], "not_a_package");
    assert_eq!(offline.run("courier import", &[&package, "--out", &receipts], 4)["code"], "offline");
    assert_eq!(bearer.case("courier import", &[&package, "--out", &receipts])["received"], 1);
    assert_eq!(offline.run("courier receipts", &[&case_file], 1)["code"], "not_receipts");
    assert_eq!(offline.case("courier receipts", &[&receipts])["received"], 1);
    assert_eq!(offline.case("courier receipts", &[&receipts])["known"], 1);
    assert!(offline.case("case show", &[&case])["receipt_number"].is_string());
    assert_eq!(online.run("sync", &["--once"], 0)["waiting"], 0);
}

#[test]
fn pictures_are_sorted_turned_and_explained() {
    let [profile, folder] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let portal = Portal { profile: profile.path(), backend: "http://127.0.0.1:9".to_owned() };
    let (file, _) = files(folder.path(), 74);
    let case = portal.case("case new", &["--from", &file])["case_id"].as_str().unwrap().to_owned();
    let scans = folder.path().join("scans");
    std::fs::create_dir(&scans).unwrap();
    let licence = Order::new(74, Paper::LicenceLandscape).long_side(2000).taken();
    std::fs::write(scans.join("1.jpg"), &licence.bytes).unwrap();
    std::fs::write(scans.join("门头.jpg"), Order::new(74, Paper::Storefront).long_side(2000).taken().bytes)
        .unwrap();
    let folder_named = scans.to_str().unwrap().to_owned();

    let places = |answer: &Value| -> Vec<(Value, Value)> {
        let files = answer["files"].as_array().unwrap();
        files.iter().map(|file| (file["slot"].clone(), file["added"].clone())).collect()
    };
    let proposed = portal.case("case photo", &[&case, "--auto", &folder_named]);
    let [told_licence, told_front] = [json!("business_licence"), json!("storefront")];
    let wanted = |added| vec![(told_licence.clone(), json!(added)), (told_front.clone(), json!(added))];
    assert_eq!(places(&proposed), wanted(false));
    assert_eq!(portal.case("case show", &[&case])["dossier"]["attachments"], json!({}), "not confirmed");

    std::fs::write(scans.join("notes.txt"), "no picture").unwrap();
    let added = portal.run("case photo", &[&case, "--auto", &folder_named, "--yes"], 1);
    assert_eq!(added["files"][1]["problem"], "photo_not_an_image");
    let attached = &portal.case("case show", &[&case])["dossier"]["attachments"];
    assert_eq!(attached.as_object().unwrap().len(), 2);
    std::fs::remove_file(scans.join("notes.txt")).unwrap();
    let again = portal.case("case photo", &[&case, "--auto", &folder_named]);
    assert_eq!(again["files"][0]["known_in"], "business_licence");

    let photo = |answer: &Value| answer["dossier"]["attachments"]["business_licence"][0].clone();
    let place = [case.as_str(), "business_licence", "0"];
    let before = photo(&portal.case("case show", &[&case]));
    let turned = photo(&portal.case("case photo-turn", &place));
    assert_eq!(turned["width_px"], before["height_px"]);
    let back = photo(&portal.case("case photo-turn", &[&place[..], &["--quarters", "3"]].concat()));
    assert_eq!(back["sha256"], before["sha256"]);
    let kept = photo(&portal.case("case photo-keep", &[&place[..], &["--reason", "原件如此"]].concat()));
    assert_eq!(kept["kept_because"], "原件如此");
    let endless = "长".repeat(201);
    let refused = portal.run("case photo-keep", &[&place[..], &["--reason", &endless]].concat(), 2);
    assert_eq!(refused["fields"][0]["path"], "--reason");
    assert_eq!(portal.run("case photo-turn", &[&case, "lease", "0"], 2)["fields"][0]["path"], "<N>");
}
