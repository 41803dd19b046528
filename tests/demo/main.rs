//! `cargo xtask run`: the main job in the real window, step by step, leaving what it made.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a demonstration tells what it does, and stops where something is wrong"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use portal_domain::dossier::{Dossier, MerchantKind, Slot};
use portal_domain::ids::CaseId;
use portal_pictures::{Order, Paper};
use portal_tests::{Backend, Console, Desktop, Window, merchant_with_papers, phone, program, slot_name};

#[tokio::main]
async fn main() {
    let out = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "target/demo".to_owned()));
    // A demonstration starts from nothing.
    if out.exists() {
        fs::remove_dir_all(&out).unwrap();
    }
    let out = Out::new(out);
    let (desktop, office) = (Desktop::start(1280, 800), Desktop::start(1280, 800));
    let mut backend = Backend::start(&out.file("backend"));
    let profile = out.file("profile");
    let (merchant, photos) = merchant_with_papers(7, &out.file("photos"));
    fs::write(out.file("case.json"), serde_json::to_vec_pretty(&merchant).unwrap()).unwrap();
    backend.set_terms();
    say(&format!("the backend listens at {}; reviewers work at {0}/console/", backend.address()));

    let window = Window::open(&desktop, &profile, backend.address()).await;
    let words = window.words();
    window.press(words.start).await;
    say("first start: a draft without an account, without a network");
    window.fill_application(&merchant).await;
    say("the application is typed; every change is saved");
    window.step(words.steps.business).await;
    desktop.screenshot(&out.picture("1-form.png"));
    window.add_photos(&photos).await;
    say(&format!("{} photos are fitted, stripped of metadata and stored encrypted", photos.len()));
    desktop.screenshot(&out.picture("2-photos.png"));
    window.sign_in_by_phone(&backend, &phone(7)).await;
    say("signed in by phone code: the computer is enrolled, the draft belongs to the account");

    backend.stop();
    window.open_first_case().await;
    window.agree().await;
    window.press_five_times(words.submit).await;
    window.says(words.saved_here).await;
    window.reads_document(words.local_receipt).await;
    say("submitted without a network, with five clicks: saved on this computer, not yet received");
    desktop.screenshot(&out.picture("3-submitted-offline.png"));
    window.save_document(&desktop, words.local_receipt, &out.file("receipt.pdf")).await;
    print_text_of("the local receipt", &out.file("receipt.pdf"));
    window.quit(&desktop).await;
    say("quit: the portal said what exists only on this computer");

    backend.resume();
    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.unlock().await;
    window.open_first_case().await;
    window.says(words.received_by_backend).await;
    say("started again, online: received, once");
    window.painted().await;
    desktop.screenshot(&out.picture("4-received.png"));

    let case_id = only_case(&backend);
    let console = Console::sign_in(&office, &backend, "li").await;
    console.open_case(case_id).await;
    let licence = slot_name(words, Slot::BusinessLicence);
    console.zoom_photo(licence).await;
    console.list_return("对外经营名称", "名称不一致", "与门头照片上的名称不同").await;
    console.list_return(licence, "反光", "编号处反光，请换角度").await;
    office.screenshot(&out.picture("5-console.png"));
    console.send_return(2).await;
    say("a reviewer returned one field and one photo, with reasons");

    window.says(words.returned_by_reviewer).await;
    window.press(words.fix_returned).await;
    window.step(words.steps.business).await;
    desktop.screenshot(&out.picture("6-returned.png"));
    window.type_at("/business/trade_name", "山水小馆").await;
    window.step(words.steps.photos).await;
    let retaken = out.file("photos").join("business_licence-retaken.jpg");
    let licence_again = Order::new(7, Paper::LicenceLandscape).of(MerchantKind::SoleProprietor).take(1);
    fs::write(&retaken, licence_again.long_side(2400).taken().bytes).unwrap();
    window.remove_photo(Slot::BusinessLicence).await;
    window.add_photo(Slot::BusinessLicence, &retaken).await;
    window.step(words.steps.review).await;
    window.confirm().await;
    window.press_five_times(words.resubmit).await;
    window.says(words.received).await;
    say("the merchant heard of it, corrected what was asked for, and nothing else; received");

    console.to_queue().await;
    console.open_case(case_id).await;
    console.accept().await;
    office.screenshot(&out.picture("7-console-accepted.png"));
    say("the reviewer accepted: the acceptance notice is made");
    window.open_first_case().await;
    window.says(words.notice_number).await;
    window.press(words.documents).await;
    window.reads_document(words.notice).await;
    desktop.screenshot(&out.picture("8-notice.png"));
    window.save_document(&desktop, words.notice, &out.file("notice.pdf")).await;
    say("the notice is in the window, readable without a network");
    print_text_of("the acceptance notice", &out.file("notice.pdf"));

    backend.stop();
    window.open_contract().await;
    window.estimate("微信支付", "900", "35.80").await;
    desktop.screenshot(&out.picture("9-contract-costs.png"));
    window.read_contract().await;
    desktop.screenshot(&out.picture("10-contract-read.png"));
    window.sign_contract().await;
    window.reads_document("商户签署的合同").await;
    desktop.screenshot(&out.picture("11-contract-signed-offline.png"));
    window.save_document(&desktop, "商户签署的合同", &out.file("contract-offline.pdf")).await;
    say(
        "without a network: costs seen, every page read, the contract signed by the merchant; it has no effect yet",
    );
    backend.resume();
    window.contract_in_effect().await;
    window.reads_document("合同").await;
    desktop.screenshot(&out.picture("12-contract-in-effect.png"));
    window.save_document(&desktop, "合同", &out.file("contract-signed.pdf")).await;
    let root = backend.admin(&["contract", "root"]);
    fs::write(out.file("root.pem"), root["root"].as_str().unwrap()).unwrap();
    say("online again: the acquirer countersigned with its time stamp; the contract is in effect");
    judge(&out);

    console.go_to_case(case_id).await;
    record_steps(&console, &backend, case_id, &merchant).await;
    office.screenshot(&out.picture("13-console-steps.png"));
    console.reads_paper("开通通知书").await;
    office.screenshot(&out.picture("14-console-letter.png"));
    console.close().await;
    say("the office recorded every step up to activation, and issued what belongs to them");
    window.open_first_case().await;
    window.press(words.documents).await;
    for (name, file) in PAPERS {
        window.find(&format!("//label[normalize-space(.)='{name}']")).await;
        window.click(&format!("//label[normalize-space(.)='{name}']")).await;
        window.reads_document(name).await;
        window.save_document(&desktop, name, &out.file(file)).await;
    }
    desktop.screenshot(&out.picture("15-activation.png"));
    say("custody sheet, training certificate and activation letter are in the window");
    print_text_of("the activation letter", &out.file("activation-letter.pdf"));
    window.close().await;
    show_backend(&backend, &out);
    out.show();
}

/// What the office issues for the steps, by their names in the window.
const PAPERS: [(&str, &str); 3] = [
    ("机具保管单", "custody-sheet.pdf"),
    ("培训证书", "training-certificate.pdf"),
    ("开通通知书", "activation-letter.pdf"),
];

/// From the contract to activation, as the office records it.
async fn record_steps(console: &Console, backend: &Backend, case_id: CaseId, merchant: &Dossier) {
    let tracks = &backend.admin(&["case", "show", &case_id.to_string()])["tracks"];
    for (track, name) in
        [("verification", "线下核查"), ("settlement", "结算账户核验"), ("channel_registration", "通道报备")]
    {
        if tracks[track] == "open" {
            console.begin_step(name).await;
            console.record_step(name).await;
        }
    }
    console.begin_step("机具调试").await;
    for terminal in 1..=merchant.terminals.count.unwrap_or(1).max(1) {
        console.type_in_step(&format!("机具 {terminal} 型号"), "示例 P1").await;
        console.type_in_step(&format!("机具 {terminal} 序列号"), &format!("SN-{terminal:04}")).await;
    }
    console.type_in_step("配件", "电源一个、打印纸三卷").await;
    console.record_step("机具调试").await;
    console.begin_step("装机培训").await;
    for topic in ["收款", "撤销与退款", "对账与到账查询"] {
        console.tick_in_step(topic).await;
    }
    console.record_step("装机培训").await;
    console.begin_step("开通").await;
    console.type_in_step("商户编号", "000290000000001").await;
    console.record_step("开通").await;
}

/// The folder of what the demonstration leaves.
struct Out(PathBuf);

impl Out {
    fn new(folder: PathBuf) -> Self {
        fs::create_dir_all(folder.join("screenshots")).unwrap();
        Self(folder.canonicalize().unwrap())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn picture(&self, name: &str) -> PathBuf {
        self.0.join("screenshots").join(name)
    }

    fn show(&self) {
        println!("\nIn {}:", self.0.display());
        for (name, what) in [
            ("case.json", "the case file"),
            ("photos", "the photos as taken"),
            ("receipt.pdf", "the local receipt, saved from the window"),
            ("notice.pdf", "the acceptance notice, saved from the window"),
            ("contract-offline.pdf", "the contract with the merchant's signature, not in effect"),
            ("contract-signed.pdf", "the contract with both signatures and the time stamp"),
            ("custody-sheet.pdf", "the terminals' custody sheet, to be signed by hand"),
            ("training-certificate.pdf", "the training certificate"),
            ("activation-letter.pdf", "the activation letter"),
            ("root.pem", "the root certificate that verifiers are given"),
            ("backend-case.json", "the backend's view of the case"),
            ("backend", "the backend's data: database, photos, keys"),
            ("profile", "the portal's encrypted profile"),
        ] {
            assert!(self.file(name).exists(), "{name} was not left");
            println!("  {name:<24} {what}");
        }
        let mut pictures: Vec<_> =
            fs::read_dir(self.file("screenshots")).unwrap().map(|p| p.unwrap().path()).collect();
        pictures.sort();
        println!("\nPictures of the screen:");
        for picture in pictures {
            println!("  {}", picture.display());
        }
    }
}

/// What others' programs say of the contract, and ours.
fn judge(out: &Out) {
    let (signed, offline, root) =
        (out.file("contract-signed.pdf"), out.file("contract-offline.pdf"), out.file("root.pem"));
    for (file, code) in [(&signed, 0), (&offline, 3)] {
        let verified = Command::new(program("portal"))
            .args(["contract", "verify"])
            .arg(file)
            .arg("--root")
            .arg(&root)
            .output()
            .unwrap();
        assert_eq!(verified.status.code(), Some(code), "{verified:?}");
        print_lines(&format!("portal contract verify {}", name_of(file)), &verified.stdout);
    }
    // Of the virtual environment that `cargo xtask setup` makes.
    let hanko = Command::new("target/judges/bin/python")
        .arg("crates/portal-contract/tests/signing/judge.py")
        .args([&root, &offline, &signed])
        .output()
        .unwrap();
    assert!(hanko.status.success(), "{hanko:?}");
    let said: serde_json::Value = serde_json::from_slice(&hanko.stdout).unwrap();
    for (file, words) in [&offline, &signed].into_iter().zip(said.as_array().unwrap()) {
        assert_eq!(words["code"], 0, "pyHanko refuses {}: {words}", name_of(file));
        print_lines(&format!("pyHanko: {}", name_of(file)), words["words"].as_str().unwrap().as_bytes());
    }
    let output = Command::new("pdfsig").arg(&signed).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    print_lines("pdfsig contract-signed.pdf", &output.stdout);
}

fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn print_lines(name: &str, bytes: &[u8]) {
    println!("\n--- {name}:");
    for line in String::from_utf8_lossy(bytes).lines() {
        println!("    {line}");
    }
    println!();
}

fn say(step: &str) {
    println!("· {step}");
}

fn print_text_of(name: &str, pdf: &Path) {
    let output = Command::new("pdftotext").arg("-layout").arg(pdf).arg("-").output().unwrap();
    assert!(output.status.success(), "{} can't be read", pdf.display());
    println!("\n--- {name}, {}:", pdf.display());
    let text = String::from_utf8(output.stdout).unwrap();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        println!("    {}", line.trim_end());
    }
    println!();
}

/// The application that the backend has; it has it once.
fn only_case(backend: &Backend) -> CaseId {
    let cases = backend.admin(&["case", "list"]);
    assert_eq!(cases.as_array().unwrap().len(), 1, "received once");
    cases[0]["case_id"].as_str().unwrap().parse().unwrap()
}

/// What the backend says of the case when its administrator asks.
fn show_backend(backend: &Backend, out: &Out) {
    let case_id = only_case(backend);
    let case = backend.case(case_id);
    backend.assert_photos(&case.dossier);
    let whole = backend.admin(&["case", "show", &case_id.to_string()]);
    fs::write(out.file("backend-case.json"), serde_json::to_vec_pretty(&whole).unwrap()).unwrap();
    println!("\n--- the backend's view of case {case_id}:");
    println!("    review {}, revision {}", whole["tracks"]["review"], case.rev);
    for round in whole["rounds"].as_array().unwrap() {
        println!("    round {}: {}", round["round"], round["outcome"]);
    }
    for (slot, _, photo) in case.dossier.photos() {
        println!(
            "    {:<28} {} bytes, SHA-256 {} = the stored file's",
            slot.as_str(),
            photo.size_bytes,
            photo.sha256
        );
    }
}
