//! `portal-backend serve` and `portal-backend admin`.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use portal_backend::admin::{self, AdminArgs};
use portal_backend::problem::Chain;
use portal_backend::sender::{CodeSender, ConsoleSender, NoSender, SmsGateway};
use portal_backend::{BackendError, Config, Limits, Storage, TimeSettings, TrafficLimits, clock, start};

/// The backend of the merchant portal.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests until interrupted.
    Serve(ServeArgs),
    /// Manage tenants, people, computers and cases, also beside a running server.
    Admin(AdminArgs),
}

#[derive(Args)]
struct ServeArgs {
    /// Address and port; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8800")]
    listen: SocketAddr,
    /// The data folder.
    #[arg(long)]
    data: PathBuf,
    #[command(flatten)]
    storage: Storage,
    /// For development: print one-time codes to standard output instead of sending them.
    #[arg(long, conflicts_with = "sms_gateway")]
    console_sender: bool,
    /// Send one-time codes by HTTP POST to this address.
    #[arg(long, value_name = "URL")]
    sms_gateway: Option<String>,
    /// People reach the server by https: a balancer ends TLS and adds to X-Forwarded-For. Cookies are marked secure,
    /// and limits count the balancer's clients.
    #[arg(long)]
    https: bool,
    #[command(flatten)]
    time: TimeSettings,
    #[command(flatten)]
    traffic: TrafficLimits,
    /// One-time codes that one network address may ask for in an hour; each new computer of a merchant needs one.
    #[arg(long, value_name = "N", default_value_t = Limits::default().codes_per_address_hour)]
    codes_per_address: i64,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("PORTAL_LOG").unwrap_or_else(|_| "info".into()),
        )
        .init();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.to_string()),
    };
    match cli.command {
        Command::Serve(args) => match runtime.block_on(serve(args)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&Chain(&error).to_string()),
        },
        Command::Admin(args) => {
            let json = args.json;
            match runtime.block_on(admin::run(args, &mut std::io::stdout())) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    failed(&Chain(&error).to_string());
                    // With standard output closed the exit code still says it.
                    if json {
                        let _ = say(&error.to_json());
                    }
                    ExitCode::from(error.exit_code())
                }
            }
        }
    }
}

async fn serve(args: ServeArgs) -> Result<(), BackendError> {
    let sender: Arc<dyn CodeSender> = match &args.sms_gateway {
        Some(url) => Arc::new(SmsGateway::new(url)?),
        None if args.console_sender => Arc::new(ConsoleSender),
        None => Arc::new(NoSender),
    };
    // As many connections as are allowed, whatever the shell or the supervisor started this with.
    #[cfg(unix)]
    rlimit::increase_nofile_limit(u64::MAX).map_err(BackendError::io("raising the limit of open files"))?;
    let running = start(Config {
        listen: args.listen,
        data: args.data,
        storage: args.storage,
        clock: clock::system(),
        sender,
        limits: Limits {
            traffic: args.traffic,
            codes_per_address_hour: args.codes_per_address,
            ..Limits::default()
        },
        https: args.https,
        time: args.time,
    })
    .await?;
    say(&format!("listening on http://{}", running.address))?;
    if args.console_sender {
        say("one-time codes are printed here: for development only")?;
    }
    interrupted().await?;
    running.stop().await
}

fn say(line: &str) -> Result<(), BackendError> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(BackendError::io("printing"))
}

/// Waits for ctrl-c, or on Unix for a termination signal.
async fn interrupted() -> Result<(), BackendError> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate =
            signal(SignalKind::terminate()).map_err(BackendError::io("waiting for signals"))?;
        tokio::select! {
            done = tokio::signal::ctrl_c() => done.map_err(BackendError::io("waiting for signals")),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(BackendError::io("waiting for signals"))
}

fn failed(problem: &str) -> ExitCode {
    // Nothing is left to do when standard error is closed too.
    let _ = writeln!(std::io::stderr(), "error: {problem}");
    ExitCode::FAILURE
}
