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
        Job::Fit { spec, turn } => match crate::fit_turned(&bytes, &spec, turn) {
            Ok(mut fitted) => {
                let mut body = std::mem::take(&mut fitted.bytes);
                let preview = std::mem::take(&mut fitted.preview);
                body.extend_from_slice(&preview);
                (Ok(Answer::Fitted { fitted: Box::new(fitted), preview_bytes: preview.len() }), body)
            }
            Err(rejection) => (Err(rejection), Vec::new()),
        },
        Job::Thumbnail { max_side_px } => match crate::thumbnail(&bytes, max_side_px) {
            Ok(body) => (Ok(Answer::Thumbnail), body),
            Err(rejection) => (Err(rejection), Vec::new()),
        },
    };
    let answer = answer.unwrap_or_else(|rejection| Answer::Rejected { rejection });
    frame::write(output, &answer, &body)?;
    output.flush()
}
