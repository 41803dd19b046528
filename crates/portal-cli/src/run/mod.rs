//! The commands.

mod case;
mod contract;
mod courier;
mod outbox;
mod photo;
mod schema;
mod session;
mod sorting;

use portal_app::App;
use portal_app::error::{CommandCode, CommandError};

use crate::args::{Cli, Command, Contract, Global, Photo, ProfileCommand};
use crate::language::Words;
use crate::output::Answer;
use crate::portal::{self, Sending};

/// What every command has at hand.
struct Context<'a> {
    app: &'a App,
    global: &'a Global,
    words: Words,
}

impl Context<'_> {
    async fn unlock(&self) -> Result<(), CommandError> {
        portal::unlock(self.app, self.global, self.words).await
    }
}

/// Runs one command.
///
/// # Errors
/// What the command refused, as the window would hear it.
pub async fn run(cli: &Cli, words: Words) -> Result<Answer, CommandError> {
    match &cli.command {
        Command::Schema(command) => schema::run(command),
        Command::Photo(Photo::Fit { file, slot, out }) => photo::fit(file, *slot, out.as_deref(), words),
        Command::Photo(Photo::Check { file, slot }) => photo::check(file, *slot, words),
        Command::Photo(Photo::Read { file, slot }) => photo::read_out(file, *slot, words),
        // Needs no profile folder.
        Command::Contract(Contract::Verify { file, root, time_root }) => {
            contract::verify(file, root, time_root, words)
        }
        Command::Contract(Contract::VerifyBundle { file, root, time_root }) => {
            contract::verify_bundle(file, root, time_root, words)
        }
        Command::Contract(command) => {
            let app = portal::open(&cli.global, Sending::OnDemand).await?;
            let answer = contract::run(command, &Context { app: &app, global: &cli.global, words }).await;
            app.close().await;
            answer
        }
        Command::Profile(command) => {
            let sending = match command {
                ProfileCommand::Sync(sync) if sync.watch => Sending::Always,
                _ => Sending::OnDemand,
            };
            let app = portal::open(&cli.global, sending).await?;
            let answer = with_profile(command, &Context { app: &app, global: &cli.global, words }).await;
            app.close().await;
            answer
        }
    }
}

async fn with_profile(command: &ProfileCommand, context: &Context<'_>) -> Result<Answer, CommandError> {
    match command {
        ProfileCommand::Enrol(enrol) => session::enrol(enrol, context).await,
        ProfileCommand::Login(login) => session::login(login, context).await,
        ProfileCommand::Recover => session::recover(context).await,
        ProfileCommand::Pin => session::change_pin(context).await,
        ProfileCommand::Case(case) => case::run(case, context).await,
        ProfileCommand::Outbox(outbox) => outbox::run(outbox, context).await,
        ProfileCommand::Courier(courier) => courier::run(courier, context).await,
        ProfileCommand::Sync(sync) if sync.watch => outbox::watch(context).await,
        ProfileCommand::Sync(_) => outbox::sync_once(context).await,
        ProfileCommand::Selfcheck => session::selfcheck(context).await,
        ProfileCommand::Info => session::info(context).await,
    }
}

/// The computer has no threads left to work with.
pub fn no_runtime() -> CommandError {
    CommandError::new(CommandCode::Internal)
}

/// The only id that `wanted` is, begins or ends.
///
/// # Errors
/// `invalid_argument` naming `argument`: `bad_format`, `ambiguous`; `not_found`.
fn pick<T: Copy + ToString>(
    ids: impl Iterator<Item = T>,
    wanted: &str,
    argument: &str,
) -> Result<T, CommandError> {
    /// Shorter ones would fit by chance.
    const MIN_CHARS: usize = 4;
    let plain = |text: &str| text.replace('-', "").to_ascii_lowercase();
    let part = plain(wanted);
    if part.len() < MIN_CHARS || !part.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(crate::input::wrong(argument, "bad_format"));
    }
    let mut fitting = ids.filter(|id| {
        let id = plain(&id.to_string());
        id.starts_with(&part) || id.ends_with(&part)
    });
    let found = fitting
        .next()
        .ok_or_else(|| CommandError::new(CommandCode::NotFound).field(argument, "not_found"))?;
    match fitting.next() {
        None => Ok(found),
        Some(_) => Err(crate::input::wrong(argument, "ambiguous")),
    }
}
