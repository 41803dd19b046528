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
    // Without a slot it is looked at for itself.
    let checked = profile.run(&["photo", "check", &good, "--json"]).expect(0).json();
    let fitted = profile.run(&["photo", "fit", &good, "--json"]).expect(0).json();
    assert_eq!((&fitted["slot"], &fitted["sha256"]), (&checked["slot"], &checked["sha256"]));
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

#[test]
fn a_refused_picture_is_explained_in_the_users_language() {
    let mut profile = Profile::new();
    let whole = picture(1, 900, 700);
    let cases: [(&str, &[u8], &str, &str); 4] = [
        (
            "half.bmp",
            &whole[..20_000],
            "portal: 图片文件不完整，请重新拍摄或复制：<FILE>：文件后面缺了一部分\n",
            "portal: the picture is cut off: copy or take it again: <FILE>: its end is missing\n",
        ),
        (
            "note.jpg",
            b"hello",
            "portal: 文件不是图片：<FILE>：内容不是图片\n",
            "portal: the file is not a picture: <FILE>: its content is no picture\n",
        ),
        (
            "archive.jxl",
            b"\xFF\x0A",
            "portal: 不支持这种图片格式，请用 JPEG、HEIC、AVIF、PNG、WebP、TIFF、GIF 或 BMP：<FILE>：不支持的图片格式；格式 jpeg_xl\n",
            "portal: this picture format is not read: use JPEG, HEIC, AVIF, PNG, WebP, TIFF, GIF or BMP: <FILE>: a picture format that is not \
             read; format jpeg_xl\n",
        ),
        (
            "tiny.bmp",
            &picture(1, 320, 200),
            "portal: 图片尺寸太小，请用原图：<FILE>：像素太少；短边像素 200；至少 600\n",
            "portal: the picture is too small: use the original: <FILE>: too few pixels; short side in pixels 200; at \
             least 600\n",
        ),
    ];
    for (name, bytes, chinese, english) in cases {
        let file = profile.write(name, bytes);
        for (language, wanted) in [("zh_CN.UTF-8", chinese), ("en_GB.UTF-8", english)] {
            profile.language = language;
            let refused = profile.run(&["photo", "check", &file, "--slot", "storefront"]).expect(1);
            assert_eq!(refused.stderr, wanted, "{name}");
        }
    }
}

#[test]
fn what_was_done_is_told_in_the_users_language() {
    let mut profile = Profile::new();
    let file = profile.write("page.jpg", &picture(3, 2600, 1900));
    let check = ["photo", "check", &file, "--slot", "storefront"];
    let english = profile.run(&check).expect(0).stdout;
    assert!(english.contains("named JPEG, but is BMP, decoded, resized, compressed anew"), "{english}");
    profile.language = "zh_CN.UTF-8";
    let chinese = profile.run(&check).expect(0).stdout;
    assert!(chinese.contains("文件名写的是 JPEG，实际是 BMP, 重新解码, 缩小, 重新压缩"), "{chinese}");
}

#[test]
fn a_photo_of_a_case_is_replaced_and_removed_by_its_place() {
    let profile = Profile::new();
    let case = profile.draft();
    let [first, second] = [1, 2].map(|seed| profile.write(&format!("{seed}.jpg"), &picture(seed, 1200, 900)));
    let portrait = "legal_id_portrait";
    profile.run(&["case", "photo", &case, portrait, &first]).expect(0);
    let full = profile.run(&["case", "photo", &case, portrait, &second, "--json"]).expect(1);
    assert_eq!(full.json()["code"], "photo_slot_full");

    let cut = profile.write("cut.bmp", &picture(3, 1200, 900)[..5_000]);
    profile.run(&["case", "photo", &case, portrait, &cut, "--replace", "0", "--json"]).expect(1);
    let place = "/attachments/legal_id_portrait";
    let photos = || {
        profile.run(&["case", "show", &case, "--pointer", place, "--json"]).expect(0).json()["value"].clone()
    };
    assert_eq!(photos().as_array().unwrap().len(), 1, "a file that can't be used takes nothing away");

    let before = photos()[0]["original_sha256"].clone();
    profile.run(&["case", "photo", &case, portrait, &second, "--replace", "0"]).expect(0);
    let after = photos();
    assert_eq!(after.as_array().unwrap().len(), 1);
    assert_ne!(after[0]["original_sha256"], before);
    assert_eq!(after[0]["steps"][0]["step"], "mislabelled", "the file is named .jpg and is a bitmap");

    let absent = profile.run(&["case", "photo-remove", &case, portrait, "1", "--json"]).expect(2);
    assert_eq!(absent.fields(), ["<N> not_found"]);
    let absent =
        profile.run(&["case", "photo", &case, portrait, &first, "--replace", "3", "--json"]).expect(2);
    assert_eq!(absent.fields(), ["--replace not_found"]);
    let removed = profile.run(&["case", "photo-remove", &case, portrait, "0", "--json"]).expect(0).json();
    assert_eq!(removed["photos"].as_array().unwrap().len(), 0);
}
