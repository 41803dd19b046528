//! `portal courier`: work in a file, for computers without a network.

use portal_app::error::{CommandCode, CommandError};

use super::Context;
use crate::args::Courier;
use crate::exit::Exit;
use crate::input::{Secret, wrong};
use crate::output::Answer;

pub async fn run(command: &Courier, context: &Context<'_>) -> Result<Answer, CommandError> {
    context.unlock().await?;
    let words = context.words;
    match command {
        Courier::Export { out } => {
            let permit = context.app.courier_permit(Secret::Pin.get(words)?.to_string()).await?;
            let done = context
                .app
                .courier_export(out, permit)
                .await
                .map_err(|error| of_file(error, "--out", "unwritable"))?;
            let line = words.say_of(
                format!("已导出 {} 项、{} 张照片；剩余 {} 项", done.operations, done.photos, done.left),
                format!(
                    "exported {} operations, {} photos; {} left",
                    done.operations, done.photos, done.left
                ),
            );
            Answer::new(&done, line)
        }
        Courier::Import { file, out } => {
            if !file.is_file() {
                return Err(wrong("<FILE>", "not_found"));
            }
            let done = context
                .app
                .courier_import(file, out)
                .await
                .map_err(|error| of_file(error, "--out", "unwritable"))?;
            let line = words.say_of(
                format!("后台已接收 {} 项，未接受 {} 项", done.received, done.refused),
                format!("received {}, refused {}", done.received, done.refused),
            );
            Ok(Answer::new(&done, line)?.exiting(attention(done.refused)))
        }
        Courier::Receipts { file } => {
            let done = context
                .app
                .courier_receipts(file)
                .await
                .map_err(|error| of_file(error, "<FILE>", "unreadable"))?;
            let line = words.say_of(
                format!(
                    "新接收 {} 项，此前已接收 {} 项，需要处理 {} 项，仍在等待 {} 项",
                    done.received, done.known, done.refused, done.waiting
                ),
                format!(
                    "received {}, known before {}, need attention {}, still waiting {}",
                    done.received, done.known, done.refused, done.waiting
                ),
            );
            Ok(Answer::new(&done, line)?.exiting(attention(done.refused + done.waiting)))
        }
    }
}

fn attention(open: u32) -> Exit {
    if open > 0 { Exit::Attention } else { Exit::Ok }
}

/// A file that can't be used is one of the arguments here.
fn of_file(error: CommandError, argument: &str, problem: &str) -> CommandError {
    if error.code == CommandCode::FileUnusable { wrong(argument, problem) } else { error }
}
