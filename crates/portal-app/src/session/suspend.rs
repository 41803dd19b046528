//! The window locks when the computer was asleep.

use std::sync::Arc;

use crate::App;

impl App {
    /// Locks the window after every suspend, for as long as the program runs; the form comes back as it was. A clock
    /// that somebody sets forward locks too, which costs a PIN and nothing else.
    pub async fn lock_on_suspend(self: Arc<Self>) {
        loop {
            portal_sync::woken(self.clock()).await;
            if let Err(error) = self.session_lock().await {
                tracing::error!(code = ?error.code, "the window did not lock after a suspend");
            }
        }
    }
}
