//! When SQLite is done with a store's connections.
//!
//! Each connection lives on a thread of its own. One that is dropped without being closed is closed there, some time
//! later; a process that ends meanwhile has its exit handlers free SQLCipher's memory under the closing connection,
//! and crashes. SQLite drops a connection's collations as the last thing of closing it, after SQLCipher's part: a
//! collation that nobody compares with holds the mark that tells.

use std::sync::Arc;

use sqlx::sqlite::SqliteConnectOptions;
use tokio::sync::watch;

const COLLATION: &str = "mark_of_an_open_connection";

/// Held by every connection that isn't closed to the end, and by the options that make new ones.
#[derive(Clone)]
pub(crate) struct Mark(Arc<watch::Sender<()>>);

/// Waits for the last [`Mark`].
#[derive(Clone)]
pub(crate) struct Ended(watch::Receiver<()>);

impl Mark {
    pub fn new() -> (Self, Ended) {
        let (sender, receiver) = watch::channel(());
        (Self(Arc::new(sender)), Ended(receiver))
    }

    pub fn put_on(self, options: SqliteConnectOptions) -> SqliteConnectOptions {
        options.collation(COLLATION, move |left: &str, right: &str| {
            let Self(_held) = &self;
            left.cmp(right)
        })
    }
}

impl Ended {
    /// Resolves when every connection is closed and no new one can be made.
    pub async fn wait(mut self) {
        // Nothing is ever sent: the only news is that the last mark is gone.
        while self.0.changed().await.is_ok() {}
    }
}
