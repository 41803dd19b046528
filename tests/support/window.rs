//! Driving a real window through WebKitWebDriver.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::desktop::Desktop;
use crate::process::{Running, program};

/// Longest wait for something to appear.
const PATIENCE: Duration = Duration::from_secs(30);

/// The portal's window.
pub struct Window {
    page: Browser,
}

/// Any page under WebDriver: the portal's, or the reviewer console in a browser.
pub struct Browser {
    client: Client,
    driver: Running,
}

impl std::ops::Deref for Window {
    type Target = Browser;
    fn deref(&self) -> &Browser {
        &self.page
    }
}

impl Window {
    /// Ends the session; WebDriver closes the window as a user's click would not: without asking.
    pub async fn close(self) {
        self.page.close().await;
    }

    /// Starts the portal on this desktop with a profile and a backend.
    pub async fn open(desktop: &Desktop, profile: &Path, backend: &str) -> Self {
        let options = json!({
            "binary": program("merchant-portal"),
            "args": ["--profile-dir", profile, "--backend", backend],
        });
        Self { page: Browser::start(desktop, options).await }
    }

    /// SIGKILL to the portal: a crash in the middle of whatever it does.
    pub fn kill(self) {
        let portal = self.portal_id();
        let killed = Command::new("kill").args(["-KILL", &portal.to_string()]).status().unwrap();
        assert!(killed.success());
    }

    /// Process id of the portal.
    pub fn portal_id(&self) -> u32 {
        let listed = Command::new("pgrep").args(["-P", &self.page.driver.id().to_string()]).output().unwrap();
        let text = String::from_utf8(listed.stdout).unwrap();
        text.lines().next().and_then(|line| line.parse().ok()).expect("the driver has started the portal")
    }
}

impl Browser {
    /// Opens an address in WebKit's own browser.
    pub async fn open(desktop: &Desktop, address: &str) -> Self {
        let options = json!({
            "binary": "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
            "args": ["--automation"],
        });
        let page = Self::start(desktop, options).await;
        page.client.goto(address).await.unwrap();
        page
    }

    async fn start(desktop: &Desktop, options: serde_json::Value) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = desktop.command("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stderr(Stdio::null());
        let driver = Running::start(command);
        let mut capabilities = Capabilities::new();
        capabilities.insert("webkitgtk:browserOptions".into(), options);
        let address = format!("http://127.0.0.1:{port}");
        let started = Instant::now();
        let client = loop {
            match ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities.clone())
                .connect(&address)
                .await
            {
                Ok(client) => break client,
                // The driver needs a moment to listen.
                Err(error) => assert!(started.elapsed() < PATIENCE, "no WebDriver session: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        Self { client, driver }
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Ends the session and with it the window.
    pub async fn close(self) {
        self.client.clone().close().await.unwrap();
    }

    /// The one element that an XPath finds, as soon as it is shown.
    ///
    /// # Panics
    /// When it isn't shown in time: with the text of the page.
    pub async fn find(&self, xpath: &str) -> Element {
        let started = Instant::now();
        loop {
            if let Ok(found) = self.client.find_all(Locator::XPath(xpath)).await {
                for element in found {
                    if element.is_displayed().await.unwrap_or(false) {
                        return element;
                    }
                }
            }
            if started.elapsed() > PATIENCE {
                self.keep_picture().await;
                panic!("not on the page: {xpath}\n--- the page says:\n{}", self.text().await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Whether an XPath finds something shown now.
    pub async fn shows(&self, xpath: &str) -> bool {
        for element in self.client.find_all(Locator::XPath(xpath)).await.unwrap_or_default() {
            if element.is_displayed().await.unwrap_or(false) {
                return true;
            }
        }
        false
    }

    /// Waits until the page says this anywhere.
    pub async fn says(&self, text: &str) {
        let started = Instant::now();
        while !self.text().await.contains(text) {
            assert!(started.elapsed() < PATIENCE, "the page doesn't say {text}:\n{}", self.text().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Everything readable on the page.
    pub async fn text(&self) -> String {
        let text = self.client.execute("return document.body.innerText", Vec::new()).await;
        text.ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Clicks a button, link or tab by its accessible name.
    pub async fn press(&self, name: &str) {
        let q = quoted(name);
        let xpath = format!(
            "//*[self::button or self::a or @role='button' or @role='tab' or @role='menuitem' or @role='radio' or @role='checkbox' or @role='link' or @role='switch'][@aria-label={q} or normalize-space(.)={q} or @title={q}]"
        );
        self.click(&xpath).await;
    }

    /// Clicks what an XPath finds, once nothing covers it.
    pub async fn click(&self, xpath: &str) {
        let started = Instant::now();
        loop {
            let element = self.find(xpath).await;
            match element.click().await {
                Ok(()) => return,
                Err(error) => assert!(started.elapsed() < PATIENCE, "can't click {xpath}: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The input with this label.
    pub async fn field(&self, label: &str) -> Element {
        let q = quoted(label);
        self.find(&format!(
            "//*[self::input or self::textarea][@aria-label={q} or @id=//label[normalize-space(.)={q} or @title={q}]/@for]"
        ))
        .await
    }

    /// Replaces what a field holds by typing.
    pub async fn fill(&self, label: &str, value: &str) {
        let field = self.field(label).await;
        field.click().await.unwrap();
        field.send_keys("\u{e009}a\u{e000}").await.unwrap();
        field.send_keys(&format!("\u{e017}{value}")).await.unwrap();
    }

    /// Gives a file to the file input with this label.
    pub async fn give_file(&self, label: &str, file: &Path) {
        let q = quoted(label);
        let xpath = format!("//input[@type='file'][@aria-label={q} or @title={q}]");
        let input = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&xpath)).await.unwrap();
        input.send_keys(file.to_str().unwrap()).await.unwrap();
    }

    /// A picture of the failure, where `PORTAL_TEST_PICTURES` names a folder.
    async fn keep_picture(&self) {
        if let Some(folder) = std::env::var_os("PORTAL_TEST_PICTURES") {
            self.screenshot(&Path::new(&folder).join("failure.png")).await;
        }
    }

    /// The page as WebDriver sees it; a picture, not a test.
    pub async fn screenshot(&self, file: &Path) {
        let png =
            tokio::time::timeout(Duration::from_secs(20), self.client.screenshot()).await.unwrap().unwrap();
        std::fs::write(file, png).unwrap();
    }
}

/// An XPath string literal.
fn quoted(text: &str) -> String {
    assert!(!text.contains('\''), "no label has an apostrophe");
    format!("'{text}'")
}
