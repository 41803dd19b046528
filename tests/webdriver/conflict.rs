//! Two computers answer the same return: the second one is told, and takes what the backend has.

use portal_tests::{
    Backend, CommandLine, Desktop, Window, agent_at, merchant, needed_slots, submit, write_photos,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_said_and_what_stood_here_can_be_compared() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("one");
    let shop = CommandLine::of_an_agent(&desktop, &profile, &backend);
    let merchant = merchant(35);
    let photos = write_photos(&folder.path().join("photos"), &needed_slots(&merchant), 400);
    let case_id = shop.draft(folder.path(), &merchant, &photos);
    let id = case_id.to_string();
    shop.ask(&["case", "submit", &id]);
    shop.ask(&["sync", "--once"]);
    backend.admin(&["case", "return", &id, "--pointer", "/business/address", "--reason", "incomplete"]);
    shop.ask(&["sync", "--once"]);
    shop.ask(&["case", "set", &id, "--pointer", "/business/address", "--value", "测试路一号西侧"]);
    shop.ask(&["case", "submit", &id]);

    let home = agent_at(&folder.path().join("two"), &backend).await;
    home.sync_once().await.unwrap();
    let seen = home.case_show(case_id).await.unwrap();
    let mut answer = seen.dossier.clone();
    answer.business.address = "测试路一号东侧".to_owned();
    home.case_save(case_id, seen.revision, answer).await.unwrap();
    submit(&home, case_id).await;
    assert_eq!(home.sync_once().await.unwrap().received, 1);
    home.close().await;

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.unlock().await;
    window.open_first_case().await;
    window.says("案件在后台已有更新的内容").await;
    window.press("取用后台的内容").await;
    window.press("对照本机原来的内容").await;
    let row = "//*[@role='dialog']//tr[th[normalize-space(.)='注册详细地址']]";
    window.find(&format!("{row}[contains(td[1], '西侧')][contains(td[2], '东侧')]")).await;
    window.close().await;
}
