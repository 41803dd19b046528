//! Staff of a branch that asks for it sign in with an authenticator app: its secret is read off the window, as a phone would.

use portal_tests::{
    AGENT, BRANCH, Backend, Desktop, PASSWORD, PIN, Window, activation_code, an_agent, authenticator_code,
};

#[tokio::test(flavor = "multi_thread")]
async fn staff_signs_in_with_the_code_of_an_app_that_the_window_set_up() {
    let desktop = Desktop::start(1024, 700);
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    an_agent(&backend);
    backend.admin(&["branch", "set", "--branch", BRANCH, "--second-factor", "true"]);
    let window = Window::open(&desktop, &folder.path().join("profile"), backend.address()).await;
    window.press("登录").await;
    window.click("//*[normalize-space(.)='员工'][@class]").await;
    window.fill("激活码", &activation_code(&backend)).await;
    window.press("登记").await;
    window.fill("用户名", AGENT).await;
    window.fill("密码", PASSWORD).await;
    window.fill("本机 PIN", PIN).await;
    window.fill("再输一次 PIN", PIN).await;
    let sign_in = "//form//button[@type='submit']";
    window.click(sign_in).await;

    let secret = window.find("//form//code").await.text().await.unwrap();
    window.keep("second-factor.png").await;
    let code = authenticator_code(&secret);
    window.fill("动态码", if code == "000000" { "111111" } else { "000000" }).await;
    window.click(sign_in).await;
    window.says("动态码不正确或已用过，请等下一个").await;
    window.keep("second-factor-wrong.png").await;
    window.fill("动态码", &authenticator_code(&secret)).await;
    window.click(sign_in).await;
    window.says("恢复码").await;
    window.close().await;
}
