//! Working without a mouse.

use crate::window::Browser;

/// WebDriver's codes of keys.
pub const TAB: &str = "\u{e004}";
pub const ENTER: &str = "\u{e007}";
pub const DOWN: &str = "\u{e015}";
pub const SPACE: &str = " ";

/// More stops than any screen has, from its first to its last and round again.
const MOST_STOPS: u32 = 250;

impl Browser {
    /// Types into whatever has the keyboard.
    pub async fn keys(&self, keys: &str) {
        self.client().active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    /// Presses Tab until what an XPath finds has the keyboard.
    ///
    /// # Panics
    /// When the keyboard never gets there, naming what it stopped at.
    pub async fn tab_to(&self, xpath: &str) {
        // Boxes and round buttons are drawn over inputs that nobody sees: there, not displayed.
        self.exists(xpath).await;
        let mut stops = Vec::new();
        for _ in 0..MOST_STOPS {
            if self.has_keyboard(xpath).await {
                return;
            }
            self.keys(TAB).await;
            let read = "const at = document.activeElement; \
                        return `${at.tagName} ${at.id} ${at.getAttribute('aria-label') ?? at.innerText.slice(0, 20)}`;";
            stops.push(self.client().execute(read, Vec::new()).await.unwrap());
        }
        panic!("Tab never came to {xpath}, but to {stops:?}");
    }

    async fn has_keyboard(&self, xpath: &str) -> bool {
        let read = "const found = document.evaluate(arguments[0], document, null, 7, null); \
                    for (let i = 0; i < found.snapshotLength; i += 1) \
                        if (found.snapshotItem(i) === document.activeElement) return true; \
                    return false;";
        self.client().execute(read, vec![xpath.into()]).await.unwrap().as_bool().unwrap()
    }
}
