//! `portal photo` needs no profile and no passphrase.

use sha2::Digest;

use crate::support::{Profile, picture};

#[test]
fn a_photo_is_fitted_and_what_was_done_is_told() {
    let profile = Profile::new();
    let bytes = picture(3, 2600, 1900);
    let file = profile.write("page.jpg", &bytes);
    let out = profile.path("page.out.jpg");
    let fitted = profile
        .run(&["photo", "fit", &file, "--slot", "business_licence", "--out", out.to_str().unwrap(), "--json"])
        .expect(0)
        .json();
    let written = std::fs::read(&out).unwrap();
    assert!(written.starts_with(&[0xff, 0xd8]));
    assert_eq!(fitted["size_bytes"], written.len());
    assert_eq!(fitted["sha256"], hex::encode(sha2::Sha256::digest(&written)));
    assert_eq!(fitted["original_sha256"], hex::encode(sha2::Sha256::digest(&bytes)));
    let steps: Vec<&str> =
        fitted["steps"].as_array().unwrap().iter().map(|s| s["step"].as_str().unwrap()).collect();
    assert!(steps.contains(&"mislabelled") && steps.contains(&"resized"), "{steps:?}");
    assert!(!profile.path("profile").exists(), "photo fit made a profile");
}

#[test]
fn an_empty_page_is_refused_by_the_check() {
    let profile = Profile::new();
    let mut blank = picture(1, 1000, 800);
    blank[54..].fill(200);
    let file = profile.write("blank.bmp", &blank);
    let checked = profile.run(&["photo", "check", &file, "--slot", "storefront", "--json"]).expect(1).json();
    assert_eq!(checked["verdicts"][0]["blocking"], true);
    let good = profile.write("good.bmp", &picture(5, 1000, 800));
    profile.run(&["photo", "check", &good, "--slot", "storefront"]).expect(0);
}

#[test]
fn files_that_are_no_photos_are_refused_by_name() {
    let profile = Profile::new();
    let whole = picture(1, 900, 700);
    for (bytes, code) in [
        (&b"not a picture"[..], "photo_not_an_image"),
        (&b""[..], "photo_not_an_image"),
        (&whole[..20_000], "photo_truncated"),
    ] {
        let file = profile.write("file.jpg", bytes);
        let refused = profile.run(&["photo", "check", &file, "--slot", "storefront", "--json"]).expect(1);
        assert_eq!(refused.json()["code"], code);
        assert!(refused.fields()[0].starts_with("<FILE> "), "{refused:?}");
    }
}

#[test]
fn the_original_is_never_written_over() {
    let profile = Profile::new();
    let file = profile.write("page.bmp", &picture(1, 900, 700));
    let refused =
        profile.run(&["photo", "fit", &file, "--slot", "storefront", "--out", &file, "--json"]).expect(2);
    assert_eq!(refused.fields(), ["--out same_as_input"]);
    assert!(std::fs::read(&file).unwrap().starts_with(b"BM"));
}
