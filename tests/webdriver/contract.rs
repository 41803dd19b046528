//! The merchant signs in the window without a network, the computer dies, and what was signed takes effect all the same.

use std::path::Path;
use std::process::Command;

use portal_domain::ids::Sha256;
use portal_tests::{Backend, Browser, CommandLine, Console, Desktop, Window, merchant, photo, program};
use serde_json::Value;
use sha2::Digest;

/// An accepted case, with its contract on offer at this computer.
fn offered(shop: &CommandLine<'_>, backend: &Backend, folder: &Path, seed: u64) {
    backend.set_terms();
    let id = shop.draft_of(folder, seed).to_string();
    shop.ask(&["case", "submit", &id]);
    shop.ask(&["sync", "--once"]);
    backend.admin(&["case", "accept", &id]);
    shop.ask(&["sync", "--once"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_signed_offline_outlives_a_kill_and_takes_effect() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let shop = CommandLine::of_a_merchant(&desktop, &profile, &backend, 36).await;
    offered(&shop, &backend, folder.path(), 36);

    backend.stop();
    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.unlock().await;
    window.open_first_case().await;
    window.open_contract().await;
    window.estimate("微信支付", "900", "35.80").await;
    window.read_contract().await;
    window.sign_contract().await;
    let offline = folder.path().join("offline.pdf");
    window.save_document(&desktop, "商户签署的合同", &offline).await;
    window.kill();

    backend.resume();
    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.unlock().await;
    window.open_first_case().await;
    window.press("合同").await;
    window.contract_in_effect().await;
    window.press("查看合同文件").await;
    let signed = folder.path().join("signed.pdf");
    window.save_document(&desktop, "合同", &signed).await;
    window.says("扫码核验").await;
    window.keep("contract-copies.png").await;
    window.click("//label[normalize-space(.)='合同打印件']").await;
    let printed = folder.path().join("printed.pdf");
    window.save_document(&desktop, "合同打印件", &printed).await;
    window.close().await;

    let root = folder.path().join("root.pem");
    std::fs::write(&root, backend.admin(&["contract", "root"])["root"].as_str().unwrap()).unwrap();
    for (file, verdict) in [(&offline, "merchant_only"), (&signed, "in_effect"), (&printed, "refused")] {
        let mut verify = Command::new(program("portal"));
        verify.args(["--json", "contract", "verify"]).arg(file).arg("--root").arg(&root);
        let report: Value = serde_json::from_slice(&verify.output().unwrap().stdout).unwrap();
        assert_eq!(report["verdict"], verdict, "{report}");
    }
    let contracts = backend.admin(&["contract", "list"]);
    assert_eq!(contracts.as_array().unwrap().len(), 1, "signed once: {contracts}");
    anybody_verifies(&desktop, &backend, [&offline, &signed, &printed]).await;
}

/// On the backend's public page, by the file and by its hash.
async fn anybody_verifies(desktop: &Desktop, backend: &Backend, [offline, signed, printed]: [&Path; 3]) {
    let page = Browser::open(desktop, &format!("{}/contract", backend.address())).await;
    let give = async |file: &Path| {
        page.find("//input[@id='file']").await.send_keys(file.to_str().unwrap()).await.unwrap();
    };
    give(offline).await;
    page.says("收单机构尚未签署，合同未生效").await;
    give(signed).await;
    page.says("双方已签署，内容自签署后未被改动").await;
    give(printed).await;
    page.says("签名之后又追加了内容").await;
    let altered = signed.with_extension("altered.pdf");
    let mut bytes = std::fs::read(signed).unwrap();
    let middle = bytes.len() / 4;
    bytes[middle] ^= 1;
    std::fs::write(&altered, bytes).unwrap();
    give(&altered).await;
    page.says("内容在签名后被改动").await;

    let sha = Sha256::from_bytes(sha2::Sha256::digest(std::fs::read(signed).unwrap()).into());
    page.fill("或输入文件的 SHA-256 or the file's SHA-256", sha.as_str()).await;
    page.press("查询 Look up").await;
    page.says("双方已签署、已生效的合同文件").await;
    page.says("本人账户的 PIN，没有手机验证码（较弱）").await;
    page.fill("或输入文件的 SHA-256 or the file's SHA-256", &"0".repeat(64)).await;
    page.press("查询 Look up").await;
    page.says("没有这样的合同文件").await;
    page.close().await;
    // What a print copy's symbol leads to.
    let linked = Browser::open(desktop, &format!("{}/contract#{}", backend.address(), sha.as_str())).await;
    linked.says("双方已签署、已生效的合同文件").await;
    linked.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_signs_on_an_agents_computer_and_gives_it_back() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let shop = CommandLine::of_an_agent(&desktop, &profile, &backend);
    offered(&shop, &backend, folder.path(), 37);

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.unlock().await;
    window.open_first_case().await;
    window.press("合同").await;
    window.press("打开合同").await;
    let with_card = folder.path().join("with-card.jpg");
    std::fs::write(&with_card, photo(38, 1600, 1200)).unwrap();
    window.hand_over(&with_card).await;
    assert!(!window.shows("//nav").await, "nothing but the contract is there");
    window.read_contract().await;
    window.press("读完了，去签名").await;
    window.confirm_by_phone(&backend, &merchant(37).legal_person.mobile).await;
    // What the phone confirmed is signed whether or not there still is a network.
    backend.stop();
    window.draw_name().await;
    window.agree_and_sign().await;
    window.press("签完了，交还电脑").await;
    window.unlock().await;
    backend.resume();
    window.contract_in_effect().await;
    window.close().await;
    let listed = backend.admin(&["contract", "list"])[0].clone();
    assert_eq!(
        (&listed["state"], &listed["assurance"]),
        (&"in_effect".into(), &"phone_code_in_person".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_signed_on_paper_is_compared_returned_and_takes_effect() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let shop = CommandLine::of_an_agent(&desktop, &profile, &backend);
    offered(&shop, &backend, folder.path(), 37);
    let scan = |seed: u64| {
        let file = folder.path().join(format!("scan-{seed}.jpg"));
        std::fs::write(&file, photo(seed, 1240, 1754)).unwrap();
        file
    };

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.unlock().await;
    window.open_first_case().await;
    window.press("合同").await;
    window.press("打开合同").await;
    window.scan_paper(|page| scan(500 + page as u64)).await;
    window.keep("contract-paper-copy.png").await;
    window.hand_in_paper().await;
    window.says("审核员正在核对").await;

    let console = Console::sign_in(&desktop, &backend, "reviewer").await;
    console.open_paper().await;
    console.return_paper("第 2 页没有签字").await;

    window.says("纸面合同被退回：第 2 页没有签字").await;
    window.give_file("更换第 2 页的扫描件", &scan(700)).await;
    window.hand_in_paper().await;
    window.says("审核员正在核对").await;

    console.paper_again().await;
    console.accept_paper().await;
    console.close().await;

    window.says("商户签于纸面，收单机构核对扫描件后已签署").await;
    window.contract_in_effect().await;
    let signed = folder.path().join("signed.pdf");
    window.save_document(&desktop, "合同", &signed).await;
    window.keep("contract-paper-effect.png").await;
    window.close().await;
    let listed = backend.admin(&["contract", "list"])[0].clone();
    assert_eq!((&listed["state"], &listed["assurance"]), (&"in_effect".into(), &"paper".into()));
}
