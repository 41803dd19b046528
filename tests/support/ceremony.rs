//! How a merchant signs a contract in the window, in Chinese: the steps of the ceremony one after another.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::Locator;
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};

use crate::backend::Backend;
use crate::portal::PIN;
use crate::window::{Browser, until};

/// Between two points of a stroke.
const PEN_STEP: Duration = Duration::from_millis(8);

impl Browser {
    /// From the case's page to the costs.
    pub async fn open_contract(&self) {
        self.press("合同").await;
        self.press("去签署").await;
        self.says("您要付的全部费用").await;
    }

    /// Types an estimate, and has the cost card made of it.
    pub async fn estimate(&self, service: &str, payments: &str, each_yuan: &str) {
        self.fill(&format!("{service}：每月笔数"), payments).await;
        self.fill(&format!("{service}：每笔金额（元）"), each_yuan).await;
        self.press("重新计算费用").await;
        self.says("第一年费用").await;
    }

    /// Scrolls from page to page, until all are read.
    pub async fn read_contract(&self) {
        self.press("看过费用，开始阅读").await;
        self.find("//section[@aria-label='待签署的合同']//canvas").await;
        let pages = "//section[@aria-label='待签署的合同']//canvas";
        let count = self.client().find_all(Locator::XPath(pages)).await.unwrap().len();
        for (index, page) in self.client().find_all(Locator::XPath(pages)).await.unwrap().iter().enumerate() {
            let shown = "arguments[0].scrollIntoView({ block: 'start' })";
            self.client().execute(shown, vec![serde_json::to_value(page).unwrap()]).await.unwrap();
            self.says(&format!("已读 {} / {count} 页", index + 1)).await;
        }
        self.says("全部页面已读").await;
    }

    /// At the signature: has a code sent to the signer's mobile, and confirms the document with it.
    pub async fn confirm_by_phone(&self, backend: &Backend, mobile: &str) {
        self.press(&format!("发送验证码到 {}****{}", &mobile[..3], &mobile[7..])).await;
        self.says("验证码已发送").await;
        self.fill("签署人手机验证码（有网络时可用）", &backend.code_for(mobile)).await;
        self.press("确认").await;
        self.says("已确认这份文件").await;
    }

    /// Draws a name, shows who it is by PIN, and signs.
    pub async fn sign_contract(&self) {
        self.press("读完了，去签名").await;
        self.draw_name().await;
        self.fill("商户的 PIN", PIN).await;
        self.agree_and_sign().await;
    }

    /// Staff give the computer to the merchant, with a photo of them and their card.
    pub async fn hand_over(&self, photo: &Path) {
        self.press("交给商户签署").await;
        self.give_file("商户手持证件的照片", photo).await;
        self.says("已选好照片").await;
        self.click("//label[contains(., '我已当面核对')]").await;
        self.press("交给商户").await;
        self.find("//h1[contains(., '本人阅读并签署')]").await;
    }

    /// Chooses the way over paper at the costs, and puts a picture in the place of every page.
    pub async fn scan_paper(&self, pictures: impl Fn(usize) -> PathBuf) {
        self.press("改为纸面签署").await;
        self.find("//section[@aria-label='纸面签署件']//canvas").await;
        let places = "//input[@type='file'][contains(@aria-label, '页的扫描件')]";
        let pages = self.client().find_all(Locator::XPath(places)).await.unwrap().len();
        let files: Vec<String> =
            (1..=pages).map(|page| pictures(page).to_string_lossy().into_owned()).collect();
        let all = self.exists("//input[@type='file'][@aria-label='按页序选择多张']").await;
        all.send_keys(&files.join("\n")).await.unwrap();
        self.says(&format!("已有 {pages} / {pages} 页")).await;
    }

    /// Says that the paper is signed, and hands the scans in.
    pub async fn hand_in_paper(&self) {
        self.click("//label[contains(., '的手写签名或商户印章')]").await;
        self.keep("contract-paper-scans.png").await;
        // Not before the last picture was looked at.
        self.click("//button[contains(., '提交扫描件')][not(@disabled)]").await;
        self.says("已在纸面签署，扫描件存于本机").await;
    }

    /// Three strokes on the pad.
    pub async fn draw_name(&self) {
        let pad = self.find("//canvas[@aria-label='签名板']").await;
        let shown = "arguments[0].scrollIntoView({ block: 'center' })";
        self.client().execute(shown, vec![serde_json::to_value(&pad).unwrap()]).await.unwrap();
        let at = |x: f64, y: f64| PointerAction::MoveToElement {
            element: pad.clone(),
            duration: Some(PEN_STEP),
            x,
            y,
        };
        let mut pen = MouseActions::new("pen".to_owned());
        for stroke in 0..3 {
            let left = -180.0 + 120.0 * f64::from(stroke);
            pen = pen.then(at(left, -30.0)).then(PointerAction::Down { button: MOUSE_BUTTON_LEFT });
            for step in 1..12 {
                let along = f64::from(step);
                pen = pen.then(at(left + 9.0 * along, -30.0 + 40.0 * (along / 3.0).sin()));
            }
            pen = pen.then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        }
        self.client().perform_actions(pen).await.unwrap();
        self.says("已签 3 笔").await;
    }

    /// Agrees to every annex by itself and to the contract, and signs.
    pub async fn agree_and_sign(&self) {
        let annexes = "//label[contains(., '已阅读并单独同意附件')]";
        let count = self.client().find_all(Locator::XPath(annexes)).await.unwrap().len();
        for number in 1..=count {
            self.click(&format!("({annexes})[{number}]")).await;
            self.find(&format!("({annexes})[{number}][.//input[@type='checkbox'][not(@disabled)]]")).await;
        }
        self.click("//label[contains(., '已阅读并同意本合同全部条款')]").await;
        self.keep("contract-sign.png").await;
        self.press("签署合同").await;
        self.says("已签署，待发送").await;
    }

    /// Waits until the window says that the contract is in effect and has its file.
    pub async fn contract_in_effect(&self) {
        until("the contract to be in effect", async || {
            let text = self.text().await;
            text.contains("已生效") && !text.contains("正在取回")
        })
        .await;
    }
}
