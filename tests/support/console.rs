//! What a reviewer does in the console that the backend serves.

use portal_domain::ids::CaseId;
use serde_json::Value;

use crate::backend::{Backend, PASSWORD};
use crate::desktop::Desktop;
use crate::portal::BRANCH;
use crate::window::Browser;

/// The console in a browser on the reviewer's own desktop.
pub struct Console {
    page: Browser,
}

impl Console {
    /// Opens the console and signs a reviewer in, whose account it makes.
    pub async fn sign_in(desktop: &Desktop, backend: &Backend, user: &str) -> Self {
        backend.admin(&["user", "create", "--role", "reviewer", "--user", user, "--name", user]);
        Self::open(desktop, backend, user).await
    }

    /// Opens the console and signs a supervisor of the one branch in, whose account it makes.
    pub async fn supervise(desktop: &Desktop, backend: &Backend, user: &str) -> Self {
        let of_branch = ["--branch", BRANCH, "--role", "supervisor"];
        let named = ["user", "create", "--user", user, "--name", user];
        backend.admin(&[named.as_slice(), &of_branch].concat());
        Self::open(desktop, backend, user).await
    }

    async fn open(desktop: &Desktop, backend: &Backend, user: &str) -> Self {
        let page = Browser::open(desktop, &format!("{}/console/", backend.address())).await;
        page.fill("账号", user).await;
        page.fill("密码", PASSWORD).await;
        page.press("登录").await;
        Self { page }
    }

    /// Opens the one submission that waits for approval and reads why its number is said to be right.
    pub async fn open_submission(&self, reason: &str) {
        self.page.click("//a[@data-case]").await;
        self.page.says(reason).await;
        self.page.find("//section[contains(@aria-label, '照片：')]//img").await;
    }

    /// Agrees to the submission on screen; the list is empty then.
    pub async fn agree(&self) {
        self.page.press("同意提交").await;
        self.page.says("没有待审批的提交").await;
    }

    /// Opens a case from the queue.
    pub async fn open_case(&self, case_id: CaseId) {
        self.page.click(&format!("//a[@data-case='{case_id}']")).await;
        self.page.find(&format!("//header[contains(., '{case_id}')]")).await;
    }

    /// Goes back to the queue.
    pub async fn to_queue(&self) {
        self.page.press("返回队列").await;
    }

    /// Brings a photo up large and zooms into it.
    pub async fn zoom_photo(&self, name: &str) {
        self.page.press(&format!("放大 {name}")).await;
        self.page.find(&format!("//section[contains(@aria-label, '照片：{name}')]")).await;
        let fit = self.picture().await;
        assert_eq!(fit["scale"], 1.0, "it begins as a whole");
        self.page.press("放大").await;
        self.page.press("放大").await;
        let near = self.picture().await;
        assert!(near["scale"].as_f64().unwrap() > 1.5, "{near}");
        assert!(near["width_px"].as_f64().unwrap() > 500.0, "the photo itself is there: {near}");
    }

    /// Lists one place for the return, with a reason of the catalogue and words of the reviewer's own.
    pub async fn list_return(&self, label: &str, reason: &str, words: &str) {
        self.page.press(&format!("退回 {label}")).await;
        self.page.click(&format!("//*[@role='dialog']//label[normalize-space(.)='{reason}']")).await;
        self.page.type_into("//textarea[@id='return-words']", words).await;
        self.page.press("列入退回清单").await;
        self.page.gone("//*[@role='dialog']//textarea").await;
    }

    /// Sends what is listed.
    pub async fn send_return(&self, items: usize) {
        self.page.press(&format!("发出退回（{items} 项）")).await;
        self.page.find("//header//*[contains(., '已退回') or contains(., '退回修改')]").await;
    }

    /// Accepts the case; the console shows the notice.
    pub async fn accept(&self) {
        self.page.press("受理").await;
        self.page.press("确认受理").await;
        self.page.find("//*[@role='dialog']//canvas[contains(@aria-label, '第 1 页')]").await;
    }

    /// Opens a case by its address: one that was decided is in the queue no more.
    pub async fn go_to_case(&self, case_id: CaseId) {
        self.page.find("//button[contains(., '退出登录')]").await;
        let go = format!("location.assign('/console/case/{case_id}')");
        self.page.client().execute(&go, Vec::new()).await.unwrap();
        self.page.find(&format!("//header[contains(., '{case_id}')]")).await;
    }

    /// Opens the report of a step that is done.
    pub async fn begin_step(&self, track: &str) {
        if !self.page.shows("//*[@id='steps-heading']").await {
            self.page.press("后续步骤").await;
        }
        self.page.press(&format!("记录完成 {track}")).await;
        self.page.find(&format!("//h2[normalize-space(.)='记录完成：{track}']")).await;
    }

    /// Types into the report on screen.
    pub async fn type_in_step(&self, field: &str, value: &str) {
        self.page.fill(field, value).await;
    }

    /// Ticks a box of the report on screen.
    pub async fn tick_in_step(&self, label: &str) {
        self.page.click(&format!("//label[normalize-space(.)='{label}']")).await;
    }

    /// Records the report on screen: the steps are back, with what was recorded.
    pub async fn record_step(&self, track: &str) {
        self.page.click("//button[@type='submit'][normalize-space(.)='记录完成']").await;
        self.page.find(&format!("//li[contains(., '{track}')][contains(., '已完成')]")).await;
    }

    /// Reads a paper that a step issued.
    pub async fn reads_paper(&self, name: &str) {
        self.page.press(&format!("查看{name}")).await;
        self.page.reads_document(name).await;
    }

    /// From the queue to the one contract on paper, with document and scan side by side.
    pub async fn open_paper(&self) {
        self.page.click("//a[contains(., '纸面合同待核对')]").await;
        self.paper_again().await;
    }

    /// The same from the list of contracts on paper.
    pub async fn paper_again(&self) {
        self.page.click("//td//a[@data-case]").await;
        self.page.find("//section[@aria-label='应签署的文件']//canvas").await;
        self.page.find("//aside[@aria-label='扫描件']//section//img").await;
    }

    /// Returns the contract on screen; the list is empty then.
    pub async fn return_paper(&self, words: &str) {
        self.page.press("退回").await;
        self.page.type_into("//textarea[@id='paper-return-words']", words).await;
        self.page.keep("console-paper-return.png").await;
        self.page.click("//*[@role='dialog']//button[contains(@class, 'ant-btn-dangerous')]").await;
        self.page.says("没有待核对的纸面合同").await;
    }

    /// Ticks what was compared and accepts; the list is empty then.
    pub async fn accept_paper(&self) {
        self.page.keep("console-paper.png").await;
        self.page.press("核对无误").await;
        for number in 1..=3 {
            self.page
                .click(&format!("(//*[@role='dialog']//label[.//input[@type='checkbox']])[{number}]"))
                .await;
        }
        self.page.keep("console-paper-accept.png").await;
        self.page.press("确认，由收单机构签署").await;
        self.page.says("没有待核对的纸面合同").await;
    }

    pub async fn says(&self, text: &str) {
        self.page.says(text).await;
    }

    pub async fn close(self) {
        self.page.close().await;
    }

    /// How large the photo in view is, and how far it is zoomed.
    async fn picture(&self) -> Value {
        let picture = self.page.find("//section[contains(@aria-label, '照片：')]//img").await;
        let read = "const [picture] = arguments; \
                    const zoom = /scale\\(([\\d.]+)\\)/.exec(picture.parentElement.style.transform); \
                    return { scale: Number(zoom[1]), width_px: picture.naturalWidth };";
        self.page.client().execute(read, vec![serde_json::to_value(picture).unwrap()]).await.unwrap()
    }
}
