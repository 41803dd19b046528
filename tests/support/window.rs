//! Driving a real window through WebKitWebDriver.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::desktop::{Desktop, Screen};
use crate::process::{Running, program, wait_for};
use crate::words::{CHINESE, Words};

/// Longest wait for something to appear: a machine that builds beside the tests is slow.
const PATIENCE: Duration = Duration::from_secs(90);

/// The portal's window.
pub struct Window {
    page: Browser,
}

/// Any page under WebDriver: the portal's, or the reviewer console in a browser.
pub struct Browser {
    client: Client,
    driver: Running,
    words: &'static Words,
    screen: Screen,
}

impl std::ops::Deref for Window {
    type Target = Browser;
    fn deref(&self) -> &Browser {
        &self.page
    }
}

impl Window {
    /// The window in another language, once a person has chosen it.
    pub fn in_words(mut self, words: &'static Words) -> Self {
        self.page.words = words;
        self
    }

    /// Ends the session and waits for the portal to end; WebDriver closes the window without asking.
    pub async fn close(self) {
        let portal = self.portal_id();
        self.page.client.clone().close().await.unwrap();
        wait_for("the portal to end", PATIENCE, || ended(portal).then_some(()));
    }

    /// Closes the window from the keyboard and, where it asks because of unsent work, quits all the same.
    pub async fn quit(self, desktop: &Desktop) {
        let portal = self.portal_id();
        desktop.press_keys("alt+F4");
        self.says(self.words().quit_question).await;
        // The answer may get lost: the window goes with it.
        let q = self.words().quit_anyway;
        let button = self.find(&format!("//button[normalize-space(.)='{q}']")).await;
        drop(button.click().await);
        wait_for("the portal to end", PATIENCE, || ended(portal).then_some(()));
    }

    /// Starts the portal on this desktop with a profile and a backend.
    pub async fn open(desktop: &Desktop, profile: &Path, backend: &str) -> Self {
        let options = json!({
            "binary": program("merchant-portal"),
            "args": ["--profile-dir", profile, "--backend", backend],
        });
        Self { page: Browser::webkit(desktop, options).await }
    }

    /// Saves a document that is shown, in the system's own dialog.
    pub async fn save_document(&self, desktop: &Desktop, name: &str, file: &Path) {
        let words = self.words();
        self.press(&format!("{} {name}", words.save)).await;
        Self::choose_file(desktop, file);
        let whole = || std::fs::read(file).ok().filter(|pdf| pdf.trim_ascii_end().ends_with(b"%%EOF"));
        wait_for("the document's file", PATIENCE, whole);
    }

    /// Types a file's place into the system's own dialog.
    pub fn choose_file(desktop: &Desktop, file: &Path) {
        let dialog = || desktop.active_title().filter(|title| title != "掌柜");
        wait_for("the file dialog", PATIENCE, dialog);
        desktop.press_keys("ctrl+a");
        assert!(desktop.type_slowly(file.to_str().unwrap(), Duration::from_millis(10)).wait());
        desktop.press_keys("Return");
    }

    /// As [`Window::open`], with everything that the portal starts on one core of the machine.
    pub async fn open_on_core(core: u32, desktop: &Desktop, profile: &Path, backend: &str) -> Self {
        let (core, portal) = (core.to_string(), program("merchant-portal"));
        let options = json!({
            "binary": "/usr/bin/taskset",
            "args": ["--cpu-list", core, portal, "--profile-dir", profile, "--backend", backend],
        });
        Self { page: Browser::webkit(desktop, options).await }
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
        let options = json!({ "binary": mini_browser(), "args": ["--automation"] });
        let page = Self::webkit(desktop, options).await;
        page.client.goto(address).await.unwrap();
        page
    }

    /// Opens an address in Chromium, which believes to be a phone that prefers this language.
    pub async fn on_phone(desktop: &Desktop, address: &str, language: &str) -> Self {
        let options = json!({
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
            "mobileEmulation": { "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 2.0, "touch": true } },
            "prefs": { "intl.accept_languages": language },
        });
        let page = Self::start(desktop, desktop.command("chromedriver"), "goog:chromeOptions", options).await;
        page.client.goto(address).await.unwrap();
        page
    }

    async fn webkit(desktop: &Desktop, options: serde_json::Value) -> Self {
        let mut command = desktop.command("WebKitWebDriver");
        command.env("TAURI_AUTOMATION", "true").env("TAURI_WEBVIEW_AUTOMATION", "true");
        Self::start(desktop, command, "webkitgtk:browserOptions", options).await
    }

    async fn start(
        desktop: &Desktop,
        mut driver: Command,
        named: &'static str,
        options: serde_json::Value,
    ) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        driver.arg(format!("--port={port}")).stderr(Stdio::null());
        let driver = Running::start(driver);
        let mut capabilities = Capabilities::new();
        capabilities.insert(named.into(), options);
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
        Self { client, driver, words: &CHINESE, screen: desktop.screen() }
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The words of the language that it is in.
    pub fn words(&self) -> &'static Words {
        self.words
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
                self.keep_picture();
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

    /// Waits until an XPath finds something, shown or not.
    pub async fn exists(&self, xpath: &str) -> Element {
        self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(xpath)).await.unwrap()
    }

    /// Waits until an XPath finds nothing shown any more.
    pub async fn gone(&self, xpath: &str) {
        let started = Instant::now();
        while self.shows(xpath).await {
            if started.elapsed() > PATIENCE {
                self.keep_picture();
                panic!("still on the page: {xpath}\n--- the page says:\n{}", self.text().await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the page says this anywhere.
    pub async fn says(&self, text: &str) {
        let started = Instant::now();
        while !self.text().await.contains(text) {
            if started.elapsed() > PATIENCE {
                self.keep_picture();
                panic!("the page doesn't say {text}:\n{}", self.text().await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until what the page says is on the screen, too: text is there before it is painted.
    pub async fn painted(&self) {
        let frames = "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))";
        self.client.execute_async(frames, Vec::new()).await.unwrap();
    }

    /// Everything readable on the page.
    pub async fn text(&self) -> String {
        let text = self.client.execute("return document.body.innerText", Vec::new()).await;
        text.ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Clicks a button, link or tab by its accessible name.
    pub async fn press(&self, name: &str) {
        self.click(&control(name)).await;
    }

    /// Clicks what an XPath finds, once it stands still and nothing covers it. A dialog that is still growing would
    /// have moved on before the click arrives where it was.
    pub async fn click(&self, xpath: &str) {
        let started = Instant::now();
        let mut stood = None;
        loop {
            let element = self.find(xpath).await;
            // WebKit's driver has no place for what is scrolled away.
            self.bring(&element).await;
            let stands = element.rectangle().await.ok();
            if stands.is_some() && stands == stood {
                match element.click().await {
                    Ok(()) => return,
                    Err(error) => assert!(started.elapsed() < PATIENCE, "can't click {xpath}: {error}"),
                }
            }
            if started.elapsed() > PATIENCE {
                self.keep_picture();
                panic!("never stood still: {xpath}, {stood:?} then {stands:?}");
            }
            stood = stands;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Scrolls until an element is seen, and not at all when it is.
    async fn bring(&self, element: &Element) {
        let seen = "arguments[0].scrollIntoView({ block: 'nearest' })";
        let element = serde_json::to_value(element).unwrap();
        // One that has gone meanwhile is looked for again.
        let _gone = self.client.execute(seen, vec![element]).await;
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
        self.bring(&field).await;
        field.click().await.unwrap();
        field.send_keys("\u{e009}a\u{e000}").await.unwrap();
        field.send_keys(&format!("\u{e017}{value}")).await.unwrap();
    }

    /// Gives a file to the file input with this label.
    pub async fn give_file(&self, label: &str, file: &Path) {
        let q = quoted(label);
        let xpath = format!("//input[@type='file'][@aria-label={q} or @title={q}]");
        self.exists(&xpath).await.send_keys(file.to_str().unwrap()).await.unwrap();
    }

    /// Keeps a picture of the page, where `PORTAL_TEST_PICTURES` names a folder.
    pub async fn keep(&self, name: &str) {
        if let Some(folder) = std::env::var_os("PORTAL_TEST_PICTURES") {
            std::fs::write(Path::new(&folder).join(name), self.client.screenshot().await.unwrap()).unwrap();
        }
    }

    /// Waits until what an XPath finds has another value of an attribute.
    pub async fn changes(&self, xpath: &str, attribute: &str, from: Option<String>) {
        until(&format!("another {attribute}"), async || {
            let now = self.find(xpath).await.attr(attribute).await;
            now.is_ok_and(|now| now != from)
        })
        .await;
    }

    /// A picture of the screen at a failure, where `PORTAL_TEST_PICTURES` names a folder.
    fn keep_picture(&self) {
        if let Some(folder) = std::env::var_os("PORTAL_TEST_PICTURES") {
            self.screen.picture(&Path::new(&folder).join("failure.png"));
        }
    }
}

/// Asks until it is so.
///
/// # Panics
/// When it isn't so in time, naming what was waited for.
pub(crate) async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !so().await {
        assert!(started.elapsed() < PATIENCE, "waited {PATIENCE:?} for {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What is pressed and has this name. Ant Design puts a space between the two characters of a short Chinese name.
pub(crate) fn control(name: &str) -> String {
    let (q, dense) = (quoted(name), quoted(&name.replace(' ', "")));
    format!(
        "//*[self::button or self::a or @role='button' or @role='tab' or @role='menuitem' or @role='radio' or @role='checkbox' or @role='link' or @role='switch'][@aria-label={q} or translate(normalize-space(.), ' ', '')={dense} or @title={q}]"
    )
}

/// An XPath string literal; XPath knows no escapes, only two kinds of quotes.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains('\'') {
        assert!(!text.contains('"'), "no name has both kinds of quotes: {text}");
        return format!("\"{text}\"");
    }
    format!("'{text}'")
}

/// Whether a process has ended; one that nobody has waited for yet has, once its last thread is gone: until then it
/// holds its locks.
fn ended(id: u32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{id}/stat")) else { return true };
    // The state follows the name, which is in brackets and may hold anything.
    let is_dead = stat
        .rsplit_once(')')
        .is_none_or(|(_, rest)| matches!(rest.trim_start().chars().next(), Some('Z' | 'X')));
    is_dead && std::fs::read_dir(format!("/proc/{id}/task")).map_or(0, Iterator::count) <= 1
}

/// WebKit's own browser, in the folder of this machine's architecture.
fn mini_browser() -> PathBuf {
    let libraries = std::fs::read_dir("/usr/lib").unwrap();
    libraries
        .map(|entry| entry.unwrap().path().join("webkit2gtk-4.1/MiniBrowser"))
        .find(|path| path.is_file())
        .expect("WebKit's MiniBrowser comes with libwebkit2gtk-4.1")
}
