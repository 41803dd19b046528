//! The worker's side of the conversation.

use std::io::{self, Read, Write};

use super::frame;
use super::job::{Answer, Job};
use crate::MAX_FILE_BYTES;

/// Answers one request.
///
/// # Errors
/// When the request is no frame or the answer cannot be written; a refused picture is an answer, not an error.
pub fn serve(input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    let (job, bytes) = frame::read::<Job>(input, MAX_FILE_BYTES)?;
    let (answer, body) = match job {
        Job::Inspect => {
            (crate::inspect(&bytes).map(|inspection| Answer::Inspected { inspection }), Vec::new())
        }
        Job::Fit { spec, turn } => {
            let mut told = Ok(());
            let fitted = crate::fit_showing(&bytes, &spec, turn, |preview| {
                told = frame::write(output, &Answer::Preview, preview).and_then(|()| output.flush());
            });
            told?;
            match fitted {
                Ok(mut fitted) => {
                    let body = std::mem::take(&mut fitted.bytes);
                    (Ok(Answer::Fitted { fitted: Box::new(fitted) }), body)
                }
                Err(rejection) => (Err(rejection), Vec::new()),
            }
        }
        Job::Thumbnail { max_side_px } => match crate::thumbnail(&bytes, max_side_px) {
            Ok(body) => (Ok(Answer::Thumbnail), body),
            Err(rejection) => (Err(rejection), Vec::new()),
        },
    };
    let answer = answer.unwrap_or_else(|rejection| Answer::Rejected { rejection });
    frame::write(output, &answer, &body)?;
    output.flush()
}
