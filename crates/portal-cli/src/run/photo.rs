//! `portal photo`: what a file becomes in a slot, without a case, a profile folder or an account.

use std::borrow::Cow;
use std::path::Path;

use portal_app::domain::dossier::Slot;
use portal_app::error::CommandError;
use portal_app::view::{ExpiryView, PhotoFitView, PhotoReadView, ReadDocument};
use portal_app::{MAX_PHOTO_FILE_BYTES, photo_check, photo_fit, photo_read, system_clock};

use crate::exit::Exit;
use crate::input;
use crate::language::Words;
use crate::output::Answer;
use crate::text;

const FILE: &str = "<FILE>";

pub fn fit(file: &Path, slot: Slot, out: Option<&Path>, words: Words) -> Result<Answer, CommandError> {
    let same = |a: &Path, b: &Path| Some(a.canonicalize().ok()? == b.canonicalize().ok()?);
    if out.and_then(|out| same(file, out)) == Some(true) {
        return Err(input::wrong("--out", "same_as_input"));
    }
    let (view, jpeg) = fitted(file, slot)?;
    if let Some(out) = out {
        input::write(out, &jpeg)?;
    }
    Answer::new(&view, summary(&view, words))
}

pub fn check(file: &Path, slot: Slot, words: Words) -> Result<Answer, CommandError> {
    let view = photo_check(slot, &name(file), &read(file)?, system_clock()).map_err(about_file)?;
    let blocked = view.verdicts.iter().any(|verdict| verdict.blocking);
    let exit = if blocked { Exit::Refused } else { Exit::Ok };
    Ok(Answer::new(&view, summary(&view, words))?.exiting(exit))
}

pub fn read_out(file: &Path, slot: Option<Slot>, words: Words) -> Result<Answer, CommandError> {
    let about_slot = |error| match slot {
        Some(slot) => input::about(error, &format!("/attachments/{}", slot.as_str()), "--slot"),
        None => error,
    };
    let view = photo_read(slot, &read(file)?, system_clock()).map_err(about_file).map_err(about_slot)?;
    let exit = if view.fields.is_empty() { Exit::Refused } else { Exit::Ok };
    Ok(Answer::new(&view, readout(&view, words))?.exiting(exit))
}

/// A photo file's bytes.
pub fn read(file: &Path) -> Result<Vec<u8>, CommandError> {
    input::read(file, MAX_PHOTO_FILE_BYTES, FILE)
}

/// What the file is called: it may claim a format.
pub fn name(file: &Path) -> Cow<'_, str> {
    file.file_name().unwrap_or_default().to_string_lossy()
}

fn fitted(file: &Path, slot: Slot) -> Result<(PhotoFitView, Vec<u8>), CommandError> {
    photo_fit(slot, &name(file), &read(file)?).map_err(about_file)
}

/// The error as it names the argument instead of the place in a document.
pub fn about_file(error: CommandError) -> CommandError {
    input::about(error, "/attachments", FILE)
}

fn readout(view: &PhotoReadView, words: Words) -> String {
    let unknown = || words.say("没有认出是什么证照", "it could not be told what this is").to_owned();
    let mut lines = vec![match (view.slot, view.document) {
        (Some(slot), _) => text::slot(slot, words),
        (None, Some(document)) => text::document(document, words).to_owned(),
        (None, None) => unknown(),
    }];
    if !view.print_was_read {
        lines.push(words.say("没有识别模型，只读二维码", "no models: only QR codes are read").to_owned());
    }
    if view.quarter_turns > 0 {
        let turned = words.say("照片没有放正，需顺时针旋转", "not upright, to be turned clockwise by");
        lines.push(format!("{turned} {}°", 90 * view.quarter_turns));
    }
    lines.extend(view.fields.iter().map(|field| {
        let sure = if field.checked && view.document == Some(ReadDocument::TypePlate) {
            words.say("条码与文字一致", "bars and print agree").to_owned()
        } else if field.checked {
            words.say("校验位正确", "check digit is right").to_owned()
        } else {
            format!("{} %", field.confidence_percent)
        };
        format!("{}: {} ({sure})", text::read_key(field.key, words), field.value)
    }));
    lines.extend(view.expiry.as_ref().map(|expiry| last_day(expiry, words)));
    if view.fields.is_empty() {
        lines.push(words.say("没有读出内容", "nothing could be read").to_owned());
    }
    lines.join("\n")
}

fn last_day(ExpiryView { until, days_left }: &ExpiryView, words: Words) -> String {
    let said = match days_left {
        None => words.say("已过期", "expired").to_owned(),
        Some(days) => format!("{} {days}", words.say("剩余天数", "days left:")),
    };
    format!("{} {until} ({said})", words.say("有效期至", "valid until"))
}

fn summary(view: &PhotoFitView, words: Words) -> String {
    let steps: Vec<String> = view.steps.iter().map(|step| text::step(step, words)).collect();
    let mut verdicts: Vec<String> =
        view.verdicts.iter().map(|verdict| text::verdict(verdict, words)).collect();
    verdicts.extend(view.expiry.as_ref().map(|expiry| last_day(expiry, words)));
    let none = words.say("无", "none");
    let or_none = |list: Vec<String>| if list.is_empty() { none.to_owned() } else { list.join(", ") };
    let findings =
        if verdicts.is_empty() { none.to_owned() } else { format!("\n  {}", verdicts.join("\n  ")) };
    format!(
        "{}: {} × {} px, {} → {} B\n{}: {}\n{}: {}\nSHA-256: {}",
        text::slot(view.slot, words),
        view.width_px,
        view.height_px,
        view.original_bytes,
        view.size_bytes,
        words.say("处理", "done"),
        or_none(steps),
        words.say("问题", "findings"),
        findings,
        view.sha256,
    )
}
