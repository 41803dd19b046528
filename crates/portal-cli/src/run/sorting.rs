//! `portal case photo CASE --auto`: where many pictures belong.

use std::path::{Path, PathBuf};

use portal_app::domain::dossier::Slot;
use portal_app::domain::ids::CaseId;
use portal_app::error::{CommandCode, CommandError};
use portal_app::files_of;
use portal_app::view::{CaseView, PhotoVerdict, ToldBy};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Context, photo};
use crate::exit::Exit;
use crate::input;
use crate::language::Words;
use crate::output::Answer;
use crate::table::Table;
use crate::text;

/// A case with its photo, or where pictures belong in it.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Photographed {
    Sorted(Sorted),
    Case(Box<CaseView>),
}

/// Where pictures belong.
#[derive(Serialize, JsonSchema)]
pub struct Sorted {
    case_id: CaseId,
    files: Vec<SortedFile>,
}

#[derive(Serialize, JsonSchema)]
pub struct SortedFile {
    file: String,
    /// None where its place isn't clear, or where it can't be used.
    slot: Option<Slot>,
    told_by: Option<ToldBy>,
    verdicts: Vec<PhotoVerdict>,
    /// The case has this very file already, in this slot.
    known_in: Option<Slot>,
    /// It is in the case now.
    added: bool,
    /// Why it can't be used.
    problem: Option<CommandCode>,
}

impl SortedFile {
    fn is_settled(&self) -> bool {
        self.problem.is_none() && (self.slot.is_some() || self.known_in.is_some())
    }
}

/// Proposes a slot for each file and, if that is confirmed, puts in those that have one.
pub async fn run(
    case_id: CaseId,
    paths: &[PathBuf],
    is_confirmed: bool,
    context: &Context<'_>,
) -> Result<Answer, CommandError> {
    let found = files_of(paths).ok_or_else(|| input::wrong("--auto", "too_many_files"))?;
    let mut files: Vec<SortedFile> = Vec::new();
    for path in found {
        let taken: Vec<Slot> = files.iter().filter(|file| !file.added).filter_map(|file| file.slot).collect();
        files.push(sort(case_id, &path, &taken, is_confirmed, context).await?);
    }
    let exit = if files.iter().all(SortedFile::is_settled) { Exit::Ok } else { Exit::Refused };
    let text = summary(&files, context.words);
    Ok(Answer::new(&Photographed::Sorted(Sorted { case_id, files }), text)?.exiting(exit))
}

async fn sort(
    case_id: CaseId,
    path: &Path,
    taken: &[Slot],
    is_confirmed: bool,
    context: &Context<'_>,
) -> Result<SortedFile, CommandError> {
    let (app, name) = (context.app, photo::name(path));
    let mut file = SortedFile {
        file: path.display().to_string(),
        slot: None,
        told_by: None,
        verdicts: Vec::new(),
        known_in: None,
        added: false,
        problem: None,
    };
    let Ok(bytes) = photo::read(path) else {
        file.problem = Some(CommandCode::FileUnusable);
        return Ok(file);
    };
    match app.photo_sort(case_id, &name, bytes.clone(), taken).await {
        Ok(sorted) => {
            file.slot = sorted.slot;
            file.told_by = sorted.told_by;
            file.verdicts = sorted.verdicts;
            file.known_in = sorted.known_in;
        }
        Err(error) => return refused(file, error),
    }
    if let Some(slot) = file.slot.filter(|_| is_confirmed) {
        match app.photo_add_file(case_id, slot, &name, bytes).await {
            Ok(_) => file.added = true,
            Err(error) => return refused(file, error),
        }
    }
    Ok(file)
}

/// The file's own fault is said beside it; anything else ends the command.
fn refused(mut file: SortedFile, error: CommandError) -> Result<SortedFile, CommandError> {
    match error.code {
        CommandCode::PhotoNotAnImage
        | CommandCode::PhotoFormat
        | CommandCode::PhotoTruncated
        | CommandCode::PhotoTooLarge
        | CommandCode::PhotoTooSmall
        | CommandCode::PhotoDamaged
        | CommandCode::PhotoTooSlow
        | CommandCode::PhotoDuplicate
        | CommandCode::PhotoShowsNothing
        | CommandCode::PhotoSlotFull => {
            file.problem = Some(error.code);
            Ok(file)
        }
        _ => Err(error),
    }
}

fn summary(files: &[SortedFile], words: Words) -> String {
    let mut table = Table::new(&[
        words.say("文件", "file"),
        words.say("栏目", "slot"),
        words.say("依据", "told by"),
        words.say("说明", "remarks"),
    ]);
    for file in files {
        let place = file.slot.map_or_else(|| "-".to_owned(), |slot| text::slot(slot, words));
        let told_by = match file.told_by {
            None => "-",
            Some(ToldBy::Picture) => words.say("照片", "picture"),
            Some(ToldBy::FileName) => words.say("文件名", "file name"),
        };
        table.row([file.file.as_str(), &place, told_by, &remarks(file, words)]);
    }
    table.to_string()
}

fn remarks(file: &SortedFile, words: Words) -> String {
    if let Some(code) = file.problem {
        return text::command_code(code, words).to_owned();
    }
    let mut remarks = Vec::new();
    if file.added {
        remarks.push(words.say("已放入", "put in").to_owned());
    }
    if let Some(slot) = file.known_in {
        let known = words.say("案件里已有", "the case has it already:");
        remarks.push(format!("{known} {}", text::slot(slot, words)));
    } else if file.slot.is_none() {
        remarks.push(words.say("认不出该放哪里", "its place isn't clear").to_owned());
    }
    remarks.extend(file.verdicts.iter().map(|verdict| text::verdict_name(verdict.code, words).to_owned()));
    remarks.join(", ")
}
