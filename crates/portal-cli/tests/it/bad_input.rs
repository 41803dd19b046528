//! Every wrong argument and file: exit 2, the argument or pointer named, in the user's language, nothing lost.

use crate::support::Profile;

#[test]
fn wrong_arguments_are_named() {
    let profile = Profile::new();
    let absent = profile.path("absent.json").to_str().unwrap().to_owned();
    let folder = profile.path("").to_str().unwrap().to_owned();
    let long = "a".repeat(40);
    let cases: &[(&[&str], &str)] = &[
        (&["case", "photo", "01234567", "shopfront", "x.jpg"], "<SLOT> not_offered"),
        (&["case", "list", "--status", "lost"], "--status <STATUS> not_offered"),
        (&["case", "list", "--limit", "0"], "--limit <LIMIT> not_offered"),
        (&["case", "list", "--after", "x"], "--after bad_format"),
        (&["case", "new", "--from", &absent], "--from not_found"),
        (&["case", "new", "--from", &folder], "--from not_a_file"),
        (&["case", "new"], "--from <FILE> required"),
        (&["case", "show", "zz"], "<CASE> bad_format"),
        (&["case", "show", &long], "<CASE> not_found"),
        (&["case", "print"], "print unknown_command"),
        (&["case", "list", "--colour"], "--colour unknown_argument"),
        (&["photo", "check", &absent, "--slot", "other"], "<FILE> not_found"),
        (&["sync"], "<--once|--watch> required"),
        (&["case"], "COMMAND required"),
        (&[], "COMMAND required"),
        (&["schema", "output", "case", "print"], "COMMAND unknown_command"),
        (&["info", "--backend", "ftp://x"], "--backend bad_address"),
        (&["info", "--backend", "http://portal.example"], "--backend insecure_address"),
        (&["case", "list", "--account", "nobody"], "--account not_found"),
    ];
    for (arguments, field) in cases {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        let run = profile.run(&arguments);
        let code = if *field == "<CASE> not_found" { 1 } else { 2 };
        assert_eq!(run.code, code, "{run:?}");
        assert_eq!(run.fields()[0], *field, "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    }
}

#[test]
fn faults_of_a_case_file_are_named_by_pointer_and_line_and_never_by_value() {
    let profile = Profile::new();
    let huge = format!("{{\"business\":{{\"address\":\"{}\"}}}}", "x".repeat(2_100_000));
    let deep = "[".repeat(100_000);
    let cases: &[(&[u8], &[&str])] = &[
        (b"{\n \"licence\": {\n  \"nubmer\": \"1\"\n }\n}", &["/licence/nubmer unknown_field", "/line 3"]),
        (br#"{"legal_person":["51009919700711980X"]}"#, &["/legal_person wrong_type"]),
        (br#"{"kind":"51009919700711980X"}"#, &["/kind not_offered"]),
        (b"{\n\"contact\":{\"name\":\"\xff\xfe\"}}", &["--from bad_utf8", "/line 2"]),
        (b"", &["--from bad_json"]),
        (b"{} []", &["--from bad_json"]),
        (huge.as_bytes(), &["--from file_too_large", "/max_bytes 2000000"]),
        (deep.as_bytes(), &[]),
    ];
    for (bytes, fields) in cases {
        let file = profile.write("case.json", bytes);
        let run = profile.run(&["case", "new", "--from", &file, "--json"]).expect(2);
        for field in *fields {
            assert!(run.fields().contains(&(*field).to_owned()), "{field}: {run:?}");
        }
        assert!(!run.stderr.contains("5100") && !run.stdout.contains("5100"), "{run:?}");
    }
    assert_eq!(profile.run(&["case", "list", "--json"]).expect(0).json()["total"], 0);
}

#[test]
fn a_value_that_cannot_stand_there_changes_nothing() {
    let profile = Profile::new();
    let case = profile.draft();
    for (pointer, value, field) in [
        ("/business/mc", "1", "--pointer unknown_pointer"),
        ("business", "1", "--pointer unknown_pointer"),
        ("/attachments/storefront", "[]", "--pointer not_settable"),
        ("/terminals/count", "-1", "/terminals/count bad_value"),
        ("/kind", "shop", "/kind not_offered"),
    ] {
        let run =
            profile.run(&["case", "set", &case, "--pointer", pointer, "--value", value, "--json"]).expect(2);
        assert_eq!(run.fields()[0], field);
    }
    let consent = profile.run(&["case", "consent", &case, "no_such_text", "--json"]).expect(2);
    assert_eq!(consent.fields(), ["<ID> not_offered"]);
    assert_eq!(profile.run(&["case", "show", &case, "--json"]).expect(0).json()["revision"], 1);
}

#[test]
fn errors_speak_the_users_language() {
    let mut profile = Profile::new();
    let english = profile.run(&["case", "new", "--from", "absent.json"]).expect(2);
    assert_eq!(english.stderr, "portal: an argument or file can't be used: --from: not found\n");
    assert_eq!(english.stdout, "");
    profile.language = "zh_CN.UTF-8";
    let chinese = profile.run(&["case", "new", "--from", "absent.json"]).expect(2);
    assert_eq!(chinese.stderr, "portal: 参数或文件无法使用：--from：找不到\n");
    let usage = profile.run(&["case", "photo", "0123", "shopfront", "x"]).expect(2);
    assert!(usage.stderr.contains("<SLOT>：不在可选范围内；可用 business_licence"), "{usage:?}");
}
