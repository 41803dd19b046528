//! A number that is sent against its check digit: an agent says why, a supervisor agrees in the console.

use portal_tests::{Backend, CommandLine, Console, Desktop, Window, merchant, needed_slots, write_photos};

const REASON: &str = "已对照执照原件";

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_says_why_a_number_is_right_and_a_supervisor_agrees() {
    let desktop = Desktop::start(1280, 800);
    let office = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let shop = CommandLine::of_an_agent(&desktop, &profile, &backend);
    let mut merchant = merchant(36);
    let last = if merchant.licence.number.ends_with('0') { "1" } else { "0" };
    merchant.licence.number.replace_range(17.., last);
    let photos = write_photos(&folder.path().join("photos"), &needed_slots(&merchant), 410);
    let case_id = shop.draft(folder.path(), &merchant, &photos);

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.unlock().await;
    window.open_first_case().await;
    let words = window.words();
    window.step(words.steps.business).await;
    let number = "统一社会信用代码 / 执照号";
    window.press(&format!("证件上就是这个号码：{number}")).await;
    window.type_into(&format!("//textarea[@aria-label='{number} 无误的理由']"), REASON).await;
    window.keep("override-reason.png").await;
    window.press("保存理由").await;
    window.says(&format!("按证件提交，须主管审批：{REASON}")).await;
    window.keep("override.png").await;
    window.step(words.steps.review).await;
    window.confirm().await;
    window.press(words.submit).await;
    window.says("主管同意后，联网时自动完成提交").await;
    window.keep("awaiting-approval.png").await;

    let supervisor = Console::supervise(&office, &backend, "wang").await;
    supervisor.open_submission(REASON).await;
    supervisor.agree().await;
    supervisor.close().await;
    window.says("审核中").await;
    window.click("//a[normalize-space(.)='查看案件']").await;
    window.says("主管已同意提交").await;
    window.says("主管 wang").await;
    window.close().await;
    assert_eq!(backend.case(case_id).dossier.overrides[0].reason, REASON);
}
