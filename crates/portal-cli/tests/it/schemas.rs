//! Every `--json` output has the schema that `portal schema output` gives, and the case file's schema is its own.

use serde_json::Value;

use crate::contract::Contract;
use crate::support::{Profile, example, picture};

struct Validator<'a>(&'a Profile);

impl Validator<'_> {
    /// Runs a command and holds what it prints against its schema, or the schema of errors.
    #[track_caller]
    fn run(&self, name: &str, arguments: &[&str]) -> Value {
        let words: Vec<&str> = name.split(' ').collect();
        let arguments: Vec<&str> = words.iter().chain(arguments).copied().chain(["--json"]).collect();
        let run = self.0.run(&arguments);
        let json = run.json();
        let name = if json.get("retryable").is_some() { "error" } else { name };
        self.hold(name, &json);
        json
    }

    #[track_caller]
    fn hold(&self, name: &str, json: &Value) {
        let words = ["schema", "output"].into_iter().chain(name.split(' '));
        let schema = self.0.run(&words.collect::<Vec<_>>()).expect(0).json();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(json).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
}

#[test]
fn outputs_have_their_schemas() {
    let profile = Profile::new();
    let validator = Validator(&profile);
    let view = validator.run("case new", &["--from", &example()]);
    let case = view["case_id"].as_str().unwrap();
    let photo = profile.write("photo.bmp", &picture(2, 1000, 800));
    let fitted = profile.path("fitted.jpg");
    validator.run("case photo", &[case, "storefront", &photo]);
    validator.run("case set", &[case, "--pointer", "/business/mcc", "--value", "5411"]);
    validator.run("case check", &[case]);
    validator.run("case photo-remove", &[case, "storefront", "0"]);
    let checklist = profile.path("checklist.pdf");
    validator.run("case checklist", &[case, "--out", checklist.to_str().unwrap()]);
    validator.run("case consent", &[case, "--all"]);
    validator.run("case show", &[case]);
    validator.run("case show", &[case, "--pointer", "/fees"]);
    validator.run("case list", &[]);
    validator.run("case list", &["--status", "draft", "--text", "a", "--limit", "1"]);
    validator.run("photo check", &[&photo, "--slot", "interior"]);
    validator.run("photo fit", &[&photo, "--slot", "interior", "--out", fitted.to_str().unwrap()]);
    validator.run("photo read", &[&photo, "--slot", "business_licence"]);
    validator.run("outbox list", &[]);
    validator.run("outbox pause", &[]);
    validator.run("outbox resume", &[]);
    validator.run("selfcheck", &[]);
    validator.run("info", &[]);
    validator.run("schema case", &[]);
    validator.run("schema output", &["info"]);
    // These are refused here: what they write has the schema of errors.
    for (name, arguments) in [
        ("case submit", &[case][..]),
        ("case unqueue", &[case]),
        ("case withdraw", &[case, "--reason", "changed their mind"]),
        ("case receipt", &[case, "--out", "receipt.pdf"]),
        ("case notice", &[case, "--out", "notice.pdf"]),
        ("case paper", &[case, "--kind", "activation-letter", "--out", "letter.pdf"]),
        ("outbox retry", &["01234567"]),
        ("sync", &["--once"]),
        ("enrol", &["--activation-code", "X"]),
        ("login", &["--phone", "1"]),
        ("pin", &[]),
        ("recover", &[]),
    ] {
        assert!(validator.run(name, arguments).get("code").is_some(), "{name}");
    }
    validator.run("case delete", &[case]);
    let contract = Contract::new(&profile);
    validator.run("contract verify", &[&contract.in_effect, "--root", &contract.root]);
    validator.run("contract verify", &[&contract.merchant_only, "--root", &contract.root]);
    validator.run("contract verify", &[&photo, "--root", &contract.root]);
}

#[test]
fn the_documented_case_file_has_the_schema_of_case_files() {
    let profile = Profile::new();
    let schema = profile.run(&["schema", "case"]).expect(0).json();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let mut file: Value = serde_json::from_slice(&std::fs::read(example()).unwrap()).unwrap();
    assert!(validator.is_valid(&file));
    file["licence"]["nubmer"] = Value::from("1");
    assert!(!validator.is_valid(&file), "a misspelt field passes the schema");
    assert!(validator.is_valid(&serde_json::json!({})), "a file may be incomplete");
}
