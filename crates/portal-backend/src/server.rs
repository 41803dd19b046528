//! Starting and stopping.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::cleaning;
use crate::config::Config;
use crate::error::BackendError;
use crate::http;
use crate::office::Office;
use crate::problem::Chain;

/// How often it is looked for what expired.
const EXPIRE_EVERY: Duration = Duration::from_secs(3600);
/// How long open requests may go on after a stop.
const GRACE: Duration = Duration::from_secs(10);

/// A server that answers.
pub struct Running {
    pub address: SocketAddr,
    pub app: Arc<App>,
    served: JoinHandle<std::io::Result<()>>,
    background: Vec<JoinHandle<()>>,
    /// Held for as long as the server lives: one server per data folder.
    _lock: File,
}

/// Opens the data folder and begins to answer.
///
/// # Errors
/// [`BackendError::DataInUse`] when another server has the folder; any other [`BackendError`].
pub async fn start(config: Config) -> Result<Running, BackendError> {
    std::fs::create_dir_all(&config.data).map_err(BackendError::io("making the data folder"))?;
    let lock = lock(&config.data)?;
    let office = Office::open(&config.data, &config.storage, config.clock).await?;
    office.blobs.sweep()?;
    let app = Arc::new(App::new(office, config.sender, config.limits, config.https).await?);
    cleaning::forget_expired(&app).await?;
    cleaning::sweep_uploads(&app).await?;
    let listener = TcpListener::bind(config.listen).await.map_err(BackendError::io("listening"))?;
    let address = listener.local_addr().map_err(BackendError::io("listening"))?;
    let service = http::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let stopping = app.stopping.clone();
    let served = tokio::spawn(async move {
        axum::serve(listener, service).with_graceful_shutdown(stopping.cancelled_owned()).await
    });
    let background = vec![tokio::spawn(watch(app.clone())), tokio::spawn(expire(app.clone()))];
    Ok(Running { address, app, served, background, _lock: lock })
}

impl Running {
    /// Stops answering: open requests are finished, event streams end, the database is closed.
    ///
    /// # Errors
    /// [`BackendError`] when serving had already failed.
    pub async fn stop(self) -> Result<(), BackendError> {
        self.app.stopping.cancel();
        for task in &self.background {
            task.abort();
        }
        let abort = self.served.abort_handle();
        match tokio::time::timeout(GRACE, self.served).await {
            Ok(served) => served?.map_err(BackendError::io("serving"))?,
            Err(_) => abort.abort(),
        }
        self.app.office.store.close().await;
        Ok(())
    }
}

fn lock(data: &Path) -> Result<File, BackendError> {
    let file = File::create(data.join("serve.lock")).map_err(BackendError::io("locking the data folder"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(BackendError::DataInUse),
        Err(std::fs::TryLockError::Error(source)) => {
            Err(BackendError::Io { what: "locking the data folder", source })
        }
    }
}

async fn watch(app: Arc<App>) {
    if let Err(error) = app.office.store.watch_others().await {
        tracing::error!(error = %Chain(&error), "changes of other processes are no longer noticed");
    }
}

async fn expire(app: Arc<App>) {
    let mut every = tokio::time::interval(EXPIRE_EVERY);
    loop {
        every.tick().await;
        let removed = async {
            cleaning::forget_expired(&app).await?;
            cleaning::sweep_uploads(&app).await
        };
        if let Err(error) = removed.await {
            tracing::error!(error = %Chain(&error), "what expired was not removed");
        }
    }
}
