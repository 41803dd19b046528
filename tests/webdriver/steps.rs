//! What the office records of a step in the console is seen by the merchant in the window.

use portal_tests::{Backend, CommandLine, Console, Desktop, Window};

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_the_office_records_moves_the_merchants_progress() {
    let (desktop, office) = (Desktop::start(1024, 700), Desktop::start(1024, 700));
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let shop = CommandLine::of_a_merchant(&desktop, &profile, &backend, 36).await;
    let id = shop.draft_of(folder.path(), 36);
    shop.ask(&["case", "submit", &id.to_string()]);
    shop.ask(&["sync", "--once"]);
    backend.admin(&["case", "accept", &id.to_string()]);

    let console = Console::sign_in(&office, &backend, "li").await;
    console.go_to_case(id).await;
    console.begin_step("线下核查").await;
    console.type_in_step("备注（选填）", "证照原件相符").await;
    office.keep("console-step.png");
    console.record_step("线下核查").await;
    office.keep("console-steps.png");
    console.close().await;

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.unlock().await;
    window.open_first_case().await;
    let progress = "//section[@aria-label='办理进度']";
    window.find(&format!("{progress}//li[contains(., '线下核查')][contains(., '已完成')]")).await;
    window.find(&format!("{progress}//li[contains(., '机具调试')][contains(., '等待：签约')]")).await;
    assert!(!window.text().await.contains("证照原件相符"), "a note is the office's own");
    desktop.keep("window-progress.png");
    window.close().await;
}
