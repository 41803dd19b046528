//! Work before anybody signed in: drafts are kept offline, encrypted by the passphrase vault.

use serde_json::json;

use crate::support::{Profile, example, picture};

#[test]
fn a_draft_is_made_photographed_checked_listed_shown_and_deleted() {
    let profile = Profile::new();
    let case = profile.draft();

    let photo = profile.write("front.bmp", &picture(1, 1200, 900));
    let view = profile.run(&["case", "photo", &case, "storefront", &photo, "--json"]).expect(0).json();
    assert_eq!(view["photos"][0]["slot"], "storefront");
    assert_eq!(view["dossier"]["attachments"]["storefront"][0]["media_type"], "image/jpeg");
    let twice = profile.run(&["case", "photo", &case, "interior", &photo, "--json"]).expect(1).json();
    assert_eq!(twice["code"], "photo_duplicate");

    let checked = profile.run(&["case", "check", &case, "--json"]).expect(1).json();
    assert_eq!(checked["submittable"], false);
    let pointers: Vec<&str> =
        checked["problems"].as_array().unwrap().iter().map(|p| p["pointer"].as_str().unwrap()).collect();
    assert!(pointers.contains(&"/attachments/business_licence"), "{pointers:?}");
    assert!(!pointers.contains(&"/attachments/storefront"), "{pointers:?}");

    let consented = profile.run(&["case", "consent", &case, "--all", "--json"]).expect(0).json();
    assert!(!consented["dossier"]["consents"].as_array().unwrap().is_empty());
    let problems = consented["problems"].as_array().unwrap();
    assert!(!problems.iter().any(|problem| problem["code"] == "consent_missing"), "{problems:?}");

    let tail = &case[case.len() - 8..];
    let value = profile.run(&["case", "show", tail, "--pointer", "/business/mcc", "--json"]).expect(0).json();
    assert_eq!(value, json!({"case_id": case, "pointer": "/business/mcc", "value": "5411"}));
    assert_eq!(profile.run(&["case", "show", tail, "--pointer", "/business/mcc"]).expect(0).stdout, "5411\n");

    let page = profile.run(&["case", "list", "--json"]).expect(0).json();
    assert_eq!(page["total"], 1);
    assert_eq!(page["cases"][0]["case_id"], json!(case));
    assert_eq!(
        profile.run(&["case", "list", "--text", "no such shop", "--json"]).expect(0).json()["total"],
        0
    );
    assert_eq!(profile.run(&["case", "list", "--status", "accepted", "--json"]).expect(0).json()["total"], 0);

    let deleted = profile.run(&["case", "delete", tail, "--json"]).expect(0).json();
    assert_eq!(deleted, json!({"case_id": case, "deleted": true}));
    assert_eq!(profile.run(&["case", "list", "--json"]).expect(0).json()["total"], 0);
    assert_eq!(profile.run(&["case", "show", &case, "--json"]).expect(1).json()["code"], "not_found");
}

#[test]
fn consent_texts_can_be_read_before_anything_is_agreed_to() {
    let profile = Profile::new();
    let case = profile.draft();
    let shown = profile.run(&["case", "consent", &case]).expect(0).stdout;
    assert!(shown.contains("open  Notice on the handling of personal data (privacy_notice"), "{shown}");
    assert!(shown.contains("we collect and use what you enter"), "{shown}");
    let consents = ["case", "show", &case, "--pointer", "/consents", "--json"];
    assert_eq!(profile.run(&consents).expect(0).json()["value"], json!([]));
    let agreed = profile.run(&["case", "consent", &case, "privacy_notice"]).expect(0).stdout;
    assert!(agreed.contains("agreed  Notice on the handling") && agreed.contains("open  Terms of service"));
    assert_eq!(profile.run(&consents).expect(0).json()["value"][0]["id"], "privacy_notice");
}

#[test]
fn the_list_of_papers_is_printed_and_what_comes_later_is_told() {
    let profile = Profile::new();
    let case = profile.draft();
    let list = profile.path("list.pdf");
    profile.run(&["case", "checklist", &case, "--out", list.to_str().unwrap()]).expect(0);
    assert!(std::fs::read(list).unwrap().starts_with(b"%PDF-"));
    for (pointer, value) in [("/settlement/kind", "corporate"), ("/settlement/to_be_opened", "true")] {
        profile.run(&["case", "set", &case, "--pointer", pointer, "--value", value]).expect(0);
    }
    let checked = profile.run(&["case", "check", &case]).expect(1).stdout;
    let later = checked.lines().find(|line| line.contains("/attachments/account_permit"));
    assert!(
        later.is_some_and(|line| line.starts_with("later") && line.contains("the account's kind")),
        "{checked}"
    );
}

#[test]
fn a_corrected_value_takes_its_problem_away() {
    let profile = Profile::new();
    let case = profile.draft();
    let problem_at = |run: crate::support::Run| {
        run.json()["problems"].as_array().unwrap().iter().any(|p| p["pointer"] == "/business/mcc")
    };
    assert!(problem_at(profile.run(&[
        "case",
        "set",
        &case,
        "--pointer",
        "/business/mcc",
        "--value",
        "0001",
        "--json"
    ])));
    assert!(!problem_at(profile.run(&[
        "case",
        "set",
        &case,
        "--pointer",
        "/business/mcc",
        "--value",
        "5411",
        "--json"
    ])));
    let count =
        profile.run(&["case", "set", &case, "--pointer", "/terminals/count", "--value", "2", "--json"]);
    assert_eq!(count.expect(0).json()["dossier"]["terminals"]["count"], 2);
}

#[test]
fn an_unfinished_draft_is_not_submitted() {
    let profile = Profile::new();
    let case = profile.draft();
    let refused = profile.run(&["case", "submit", &case, "--json"]).expect(1);
    assert_eq!(refused.json()["code"], "invalid");
    assert!(
        refused.fields().contains(&"/attachments/business_licence photo_missing".to_owned()),
        "{refused:?}"
    );
    assert_eq!(refused.stderr.lines().count(), 1, "{refused:?}");
    assert_eq!(
        profile.run(&["case", "receipt", &case, "--out", "r.pdf", "--json"]).expect(1).json()["code"],
        "not_found"
    );
}

#[test]
fn a_case_file_comes_through_standard_input_too() {
    let profile = Profile::new();
    let file = std::fs::read(example()).unwrap();
    let view = profile.run_with(&["case", "new", "--from", "-", "--json"], &file).expect(0).json();
    assert_eq!(view["dossier"]["business"]["mcc"], "5411");
}

#[test]
fn people_read_tables_in_their_language() {
    let mut profile = Profile::new();
    let case = profile.draft();
    profile.run(&["case", "consent", &case, "--all"]).expect(0);
    assert!(profile.run(&["case", "show", &case]).expect(0).stdout.contains("photos missing"));
    profile.language = "zh_CN.UTF-8";
    let list = profile.run(&["case", "list"]).expect(0).stdout;
    assert!(list.contains("缺照片") && list.contains("一苇便利铺"), "{list}");
}
