//! `cargo xtask run` without a display: the main job in the real window, step by step, leaving what it made.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a demonstration tells what it does, and stops where something is wrong"
)]

use std::fs;
use std::path::{Path, PathBuf};

use portal_tests::{Backend, Desktop, Window, merchant, needed_slots, phone, write_photos};

#[tokio::main]
async fn main() {
    let out = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "target/demo".to_owned()));
    // A demonstration starts from nothing.
    if out.exists() {
        fs::remove_dir_all(&out).unwrap();
    }
    let pictures = out.join("screenshots");
    fs::create_dir_all(&pictures).unwrap();
    let desktop = Desktop::start(1280, 800);
    let mut backend = Backend::start(&out.join("backend"));
    let profile = out.join("profile");
    let merchant = merchant(7);
    fs::write(out.join("case.json"), serde_json::to_vec_pretty(&merchant).unwrap()).unwrap();
    let photos = write_photos(&out.join("photos"), &needed_slots(&merchant), 500);
    say(&format!("the backend listens at {}", backend.address()));

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.press("开始填写").await;
    say("first start: a draft without an account, without a network");
    window.fill_application(&merchant).await;
    say("the application is typed; every change is saved");
    window.step("基本信息").await;
    desktop.screenshot(&pictures.join("1-form.png"));
    window.add_photos(&photos).await;
    say(&format!("{} photos are fitted, stripped of metadata and stored encrypted", photos.len()));
    desktop.screenshot(&pictures.join("2-photos.png"));
    window.sign_in_by_phone(&backend, &phone(7)).await;
    say("signed in by phone code: the computer is enrolled, the draft belongs to the account");

    backend.stop();
    window.open_first_case().await;
    window.agree().await;
    window.press_five_times("提交申请").await;
    window.says("已保存在本机，尚未被接收").await;
    say("submitted without a network, with five clicks: saved on this computer, not yet received");
    desktop.screenshot(&pictures.join("3-submitted-offline.png"));
    window.close().await;

    backend.resume();
    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.unlock().await;
    window.open_first_case().await;
    window.says("后台已接收").await;
    say("started again, online: received");
    desktop.screenshot(&pictures.join("4-received.png"));

    let cases = backend.admin(&["case", "list"]);
    assert_eq!(cases.as_array().unwrap().len(), 1, "received once");
    let case = cases[0]["case_id"].as_str().unwrap();
    let reviewed = backend.admin(&["case", "show", case]);
    fs::write(out.join("backend-case.json"), serde_json::to_vec_pretty(&reviewed).unwrap()).unwrap();
    say(&format!("the backend has case {case}, revision {}, {} photos", reviewed["rev"], photos.len()));

    backend.admin(&[
        "case",
        "return",
        case,
        "--pointer",
        "/business/trade_name",
        "--reason",
        "name_mismatch",
    ]);
    window.says("审核退回").await;
    say("a reviewer returned one field: the portal has heard of it");
    desktop.screenshot(&pictures.join("5-returned.png"));
    window.press("修改退回内容").await;
    window.step("基本信息").await;
    window.type_at("/business/trade_name", "山水小馆").await;
    window.step("核对提交").await;
    window.confirm().await;
    window.press_five_times("提交修改").await;
    window.says("已被接收").await;
    say("corrected and sent again");
    backend.admin(&["case", "accept", case]);
    window.open_first_case().await;
    window.says("受理通知书号").await;
    say("accepted: the acceptance notice is stored for reading offline");
    desktop.screenshot(&pictures.join("6-accepted.png"));
    window.close().await;
    tell_what_is_left(&out);
}

fn say(step: &str) {
    println!("· {step}");
}

fn tell_what_is_left(out: &Path) {
    println!("\nIn {}:", out.display());
    for entry in fs::read_dir(out).unwrap() {
        println!("  {}", entry.unwrap().file_name().to_string_lossy());
    }
    for entry in fs::read_dir(out.join("screenshots")).unwrap() {
        println!("  screenshots/{}", entry.unwrap().file_name().to_string_lossy());
    }
}
