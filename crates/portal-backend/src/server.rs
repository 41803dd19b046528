//! Starting and stopping.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::app::App;
use crate::cleaning;
use crate::config::Config;
use crate::countersigning;
use crate::error::BackendError;
use crate::http;
use crate::office::Office;
use crate::problem::Chain;

/// How often it is looked for what expired.
const EXPIRE_EVERY: Duration = Duration::from_secs(3600);
/// How often those are forgotten who ask for nothing any more.
const FORGET_IDLE_EVERY: Duration = Duration::from_secs(60);
/// Pause when the system has no room for a connection.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_secs(1);
/// How long open requests may go on after a stop.
const GRACE: Duration = Duration::from_secs(10);

/// A server that answers.
pub struct Running {
    pub address: SocketAddr,
    pub app: Arc<App>,
    served: JoinHandle<()>,
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
    let app = Arc::new(App::new(office, config.sender, config.limits, config.https, &config.time).await?);
    cleaning::forget_expired(&app).await?;
    cleaning::sweep_uploads(&app).await?;
    let listener = TcpListener::bind(config.listen).await.map_err(BackendError::io("listening"))?;
    let address = listener.local_addr().map_err(BackendError::io("listening"))?;
    let served = tokio::spawn(serve(listener, app.clone()));
    let background = vec![
        tokio::spawn(watch(app.clone())),
        tokio::spawn(expire(app.clone())),
        tokio::spawn(forget_idle(app.clone())),
        tokio::spawn(countersigning::run(app.clone())),
    ];
    Ok(Running { address, app, served, background, _lock: lock })
}

impl Running {
    /// Stops answering: open requests are finished, event streams end, the database is closed.
    ///
    /// # Errors
    /// [`BackendError::Task`] when serving had already failed.
    pub async fn stop(self) -> Result<(), BackendError> {
        self.app.stopping.cancel();
        for task in &self.background {
            task.abort();
        }
        let abort = self.served.abort_handle();
        match tokio::time::timeout(GRACE, self.served).await {
            Ok(served) => served?,
            Err(_) => abort.abort(),
        }
        self.app.office.store.close().await;
        Ok(())
    }
}

/// Answers connections until the server stops, and those that are open to their end.
async fn serve(listener: TcpListener, app: Arc<App>) {
    let router = http::router(app.clone());
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(app.limits.traffic.head());
    let open = GracefulShutdown::new();
    loop {
        let next = async { (app.traffic.place().await, accept(&listener).await) };
        let (place, (stream, peer)) = tokio::select! {
            () = app.stopping.cancelled() => break,
            next = next => next,
        };
        // Behind a balancer all connections are its own.
        let counted = if app.https { None } else { Some(app.traffic.connected_from(peer.ip().into())) };
        if counted.as_ref().is_some_and(Option::is_none) {
            tracing::debug!("an address has too many connections");
            continue;
        }
        let router = TowerToHyperService::new(router.clone());
        let answer = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.call(request)
        });
        let connection = open.watch(builder.serve_connection(TokioIo::new(stream), answer));
        tokio::spawn(async move {
            // How a connection ends is its client's business.
            drop(connection.await);
            drop((place, counted));
        });
    }
    drop(listener);
    open.shutdown().await;
}

/// The next connection. What can't be accepted now waits in the system's queue.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) => {
            }
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
            }
        }
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

async fn forget_idle(app: Arc<App>) {
    let mut every = tokio::time::interval(FORGET_IDLE_EVERY);
    loop {
        every.tick().await;
        app.traffic.forget_idle();
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
