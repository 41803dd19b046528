//! `portal case`: applications.

use std::path::Path;

use portal_app::domain::dossier::Slot;
use portal_app::domain::ids::{CaseId, PhotoId};
use portal_app::domain::problem::{Due, Problem, Requirement};
use portal_app::domain::track::ReviewState;
use portal_app::error::CommandError;
use portal_app::view::{CaseQuery, CaseView, DocumentKind};
use portal_app::{beijing_text, code_as_text};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::sorting::Photographed;
use super::{Context, photo, pick, sorting};
use crate::args::{Case, Paper};
use crate::exit::Exit;
use crate::language::Words;
use crate::output::{Answer, say};
use crate::table::Table;
use crate::{case_file, input, text};

/// Cases asked for at once while looking for an id: the most a page may have.
const PAGE: u32 = 200;

/// What is wrong with a case, and what it needs.
#[derive(Serialize, JsonSchema)]
pub struct Checked {
    case_id: CaseId,
    /// Nothing stops submission.
    submittable: bool,
    problems: Vec<Problem>,
    requirements: Vec<Requirement>,
}

/// A whole case, or one value of its document.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Shown {
    Value { case_id: CaseId, pointer: String, value: Value },
    Case(Box<CaseView>),
}

#[derive(Serialize, JsonSchema)]
pub struct Deleted {
    case_id: CaseId,
    deleted: bool,
}

/// A PDF that was written.
#[derive(Serialize, JsonSchema)]
pub struct Printed {
    case_id: CaseId,
    document: DocumentKind,
    file: String,
    size_bytes: u64,
}

pub async fn run(command: &Case, context: &Context<'_>) -> Result<Answer, CommandError> {
    context.unlock().await?;
    let (app, words) = (context.app, context.words);
    match command {
        Case::New { from } => new(from, context).await,
        Case::List { status, text, limit, after } => {
            let query = CaseQuery {
                text: text.clone(),
                status: *status,
                after: after.clone(),
                limit: *limit,
                ..CaseQuery::default()
            };
            list(query, context).await
        }
        Case::Photo { case, slot: None, auto, yes, .. } => {
            sorting::run(find(case, context).await?, auto, *yes, context).await
        }
        Case::Photo { case, slot: Some(slot), file: None, .. } => {
            photographed(from_phone(find(case, context).await?, *slot, context).await?, words)
        }
        Case::Photo { case, slot: Some(slot), file: Some(file), replace, .. } => {
            let (bytes, name) = (photo::read(file)?, photo::name(file));
            let added = match replace {
                None => app.photo_add_file(find(case, context).await?, *slot, &name, bytes).await,
                Some(index) => {
                    let view = shown(case, context).await?;
                    let replaced = photo_at(&view, *slot, *index, "--replace")?;
                    app.photo_replace(view.case_id, replaced, &name, bytes).await
                }
            };
            photographed(added.map_err(photo::about_file)?, words)
        }
        Case::PhotoRemove { case, slot, index } => {
            let view = shown(case, context).await?;
            let photo_id = photo_at(&view, *slot, *index, "<N>")?;
            answer(app.photo_remove(view.case_id, photo_id).await?, words)
        }
        Case::PhotoTurn { case, slot, index, quarters } => {
            let view = shown(case, context).await?;
            let photo_id = photo_at(&view, *slot, *index, "<N>")?;
            answer(app.photo_turn(view.case_id, photo_id, *quarters).await?, words)
        }
        Case::PhotoKeep { case, slot, index, reason } => {
            let view = shown(case, context).await?;
            let photo_id = photo_at(&view, *slot, *index, "<N>")?;
            let kept = app.photo_keep(view.case_id, photo_id, reason.clone()).await;
            answer(kept.map_err(|error| input::about(error, "/reason", "--reason"))?, words)
        }
        Case::Set { case, pointer, value } => {
            let view = shown(case, context).await?;
            let dossier = case_file::set(&view.dossier, pointer, value)?;
            answer(app.case_save(view.case_id, view.revision, dossier).await?, words)
        }
        Case::Check { case } => {
            let view = shown(case, context).await?;
            let text = problems(&view, words);
            let submittable = !view.problems.iter().any(Problem::is_blocking);
            let checked = Checked {
                case_id: view.case_id,
                submittable,
                problems: view.problems,
                requirements: view.requirements,
            };
            Ok(Answer::new(&checked, text)?.exiting(if submittable { Exit::Ok } else { Exit::Refused }))
        }
        Case::Consent { case, all, ids } => consent(case, *all, ids, context).await,
        Case::Submit { case } => {
            let view = shown(case, context).await?;
            answer(app.case_submit(view.case_id, view.revision).await?, words)
        }
        Case::Show { case, pointer: None } => {
            let view = shown(case, context).await?;
            let text = summary(&view, words);
            Answer::new(&Shown::Case(Box::new(view)), text)
        }
        Case::Show { case, pointer: Some(pointer) } => {
            let view = shown(case, context).await?;
            let value = case_file::get(&view.dossier, pointer)?;
            let text = match &value {
                Value::String(text) => text.clone(),
                other => format!("{other:#}"),
            };
            Answer::new(&Shown::Value { case_id: view.case_id, pointer: pointer.clone(), value }, text)
        }
        Case::Withdraw { case, reason } => {
            let case_id = find(case, context).await?;
            let withdrawn = app.case_withdraw(case_id, reason.clone()).await;
            answer(withdrawn.map_err(|error| input::about(error, "/reason", "--reason"))?, words)
        }
        Case::Unqueue { case } => answer(app.case_unqueue(find(case, context).await?).await?, words),
        Case::Delete { case } => {
            let case_id = find(case, context).await?;
            app.case_delete(case_id).await?;
            let text = format!("{} {case_id}", words.say("已删除", "deleted"));
            Answer::new(&Deleted { case_id, deleted: true }, text)
        }
        Case::Checklist { case, out } => print(case, DocumentKind::Checklist, out, context).await,
        Case::Receipt { case, out } => print(case, DocumentKind::LocalReceipt, out, context).await,
        Case::Notice { case, out } => print(case, DocumentKind::AcceptanceNotice, out, context).await,
        Case::Paper { case, kind, out } => {
            let kind = match kind {
                Paper::CustodySheet => DocumentKind::CustodySheet,
                Paper::TrainingCertificate => DocumentKind::TrainingCertificate,
                Paper::ActivationLetter => DocumentKind::ActivationLetter,
            };
            print(case, kind, out, context).await
        }
    }
}

async fn new(from: &Path, context: &Context<'_>) -> Result<Answer, CommandError> {
    const FROM: &str = "--from";
    let bytes = if from == Path::new("-") {
        input::read_standard(case_file::MAX_BYTES, FROM)?
    } else {
        input::read(from, case_file::MAX_BYTES, FROM)?
    };
    let dossier = case_file::parse(&bytes, FROM)?;
    if !dossier.attachments.is_empty() || !dossier.consents.is_empty() {
        say(context.words.say(
            "文件中的照片和同意记录没有带入：请用 case photo 和 case consent 添加",
            "photos and consents in the file are not taken over: add them with case photo and case consent",
        ));
    }
    answer(context.app.case_import(dossier).await?, context.words)
}

async fn list(query: CaseQuery, context: &Context<'_>) -> Result<Answer, CommandError> {
    let words = context.words;
    let page = context.app.case_list(query).await;
    let page = page.map_err(|error| input::about(error, "/after", "--after"))?;
    let mut table = Table::new(&[
        words.say("编号", "case"),
        words.say("状态", "status"),
        words.say("更新", "updated"),
        words.say("回执号", "receipt"),
        words.say("商户", "merchant"),
    ]);
    for line in &page.cases {
        table.row([
            line.case_id.to_string().as_str(),
            text::status(line.status, words),
            &beijing_text(line.updated_at_ms),
            line.receipt_number.as_deref().unwrap_or("-"),
            &line.name,
        ]);
    }
    let text = format!("{table}{} / {}", page.cases.len(), page.total);
    Answer::new(&page, text)
}

async fn consent(
    case: &str,
    all: bool,
    ids: &[String],
    context: &Context<'_>,
) -> Result<Answer, CommandError> {
    let view = shown(case, context).await?;
    // What was agreed to stays: agreeing to one more text takes nothing back.
    let mut agreed: Vec<String> = view.dossier.consents.iter().map(|consent| consent.id.clone()).collect();
    let asked: Vec<String> = if all {
        let needed = view.requirements.iter().filter(|requirement| requirement.pointer == "/consents");
        needed.filter_map(|requirement| requirement.params.get("id").cloned()).collect()
    } else {
        ids.to_vec()
    };
    for id in asked {
        if !agreed.contains(&id) {
            agreed.push(id);
        }
    }
    let view = if all || !ids.is_empty() {
        let consented = context.app.case_consent(view.case_id, view.revision, agreed).await;
        consented.map_err(|error| input::about(error, "/consents", "<ID>"))?
    } else {
        view
    };
    let profile = context.app.reference_profile().await?;
    let mut text = summary(&view, context.words);
    for rule in &profile.consents {
        let given =
            view.dossier.consents.iter().any(|given| given.id == rule.id && given.version == rule.version);
        let mark = if given {
            context.words.say("已同意", "agreed")
        } else {
            context.words.say("未同意", "open")
        };
        let title = context.words.say(&rule.title.zh, &rule.title.en);
        let words = context.words.say(&rule.text.zh, &rule.text.en);
        text.push_str(&format!("\n{mark}  {title} ({} {})\n  {words}", rule.id, rule.version));
    }
    Answer::new(&view, text)
}

/// Shows the code for a phone, and waits until it has sent all.
async fn from_phone(case_id: CaseId, slot: Slot, context: &Context<'_>) -> Result<CaseView, CommandError> {
    let (app, words) = (context.app, context.words);
    let mut changes = app.changes();
    let door = app.phone_open(case_id, slot, None).await?;
    say(words.say(
        "用同一网络里的手机扫码；拍完后在手机上点“拍完了”，或按 Ctrl+C",
        "scan with a phone in the same network; press Done on the phone when finished, or Ctrl+C here",
    ));
    say(&format!("\n{}\n{}", code_as_text(&door.link).unwrap_or_default(), door.link));
    let mut received = 0;
    loop {
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => {
                // Without signals there is only the phone to end it.
                if interrupted.is_ok() {
                    app.phone_close().await?;
                }
            }
            // Every change is a reason to look, also one that was missed.
            _ = changes.recv() => {}
        }
        let Some(door) = app.phone_show().await? else { break };
        if door.photos.len() > received {
            received = door.photos.len();
            say(&format!("{} {received}", words.say("已收到照片", "photos received:")));
        }
    }
    app.case_show(case_id).await
}

/// The photo at a place of a slot, counted as in its pointer.
fn photo_at(view: &CaseView, slot: Slot, index: usize, argument: &str) -> Result<PhotoId, CommandError> {
    let photo = view.dossier.attachments.get(&slot).and_then(|photos| photos.get(index));
    photo.map(|photo| photo.photo_id).ok_or_else(|| input::wrong(argument, "not_found"))
}

async fn print(
    case: &str,
    document: DocumentKind,
    out: &Path,
    context: &Context<'_>,
) -> Result<Answer, CommandError> {
    let case_id = find(case, context).await?;
    let pdf = context.app.document_read(case_id, document).await?;
    input::write(out, &pdf)?;
    let file = out.display().to_string();
    let text = format!("{} {file}", context.words.say("已写入", "written to"));
    Answer::new(&Printed { case_id, document, file, size_bytes: pdf.len() as u64 }, text)
}

async fn shown(case: &str, context: &Context<'_>) -> Result<CaseView, CommandError> {
    context.app.case_show(find(case, context).await?).await
}

/// The case that an id, or its beginning or end, means.
pub(super) async fn find(case: &str, context: &Context<'_>) -> Result<CaseId, CommandError> {
    if let Ok(case_id) = case.parse() {
        return Ok(case_id);
    }
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let query = CaseQuery { limit: PAGE, after, ..CaseQuery::default() };
        let page = context.app.case_list(query).await?;
        ids.extend(page.cases.iter().map(|line| line.case_id));
        after = page.next;
        if after.is_none() {
            return pick(ids.into_iter(), case, "<CASE>");
        }
    }
}

fn answer(view: CaseView, words: Words) -> Result<Answer, CommandError> {
    let text = summary(&view, words);
    Answer::new(&view, text)
}

fn photographed(view: CaseView, words: Words) -> Result<Answer, CommandError> {
    let text = summary(&view, words);
    Answer::new(&Photographed::Case(Box::new(view)), text)
}

/// A case in a few lines.
fn summary(view: &CaseView, words: Words) -> String {
    let mut table = Table::default();
    table.row([words.say("编号", "case"), &view.case_id.to_string()]);
    table.row([words.say("商户", "merchant"), view.dossier.display_name()]);
    table.row([words.say("状态", "status"), text::status(view.status, words)]);
    table.row([words.say("保存", "saved"), &beijing_text(view.saved_at_ms)]);
    let numbers = [
        (words.say("本机回执", "local receipt"), &view.local_receipt),
        (words.say("回执号", "receipt"), &view.receipt_number),
        (words.say("受理通知", "notice"), &view.notice_number),
    ];
    for (label, number) in numbers {
        if let Some(number) = number {
            table.row([label, number.as_str()]);
        }
    }
    for (slot, photos) in &view.dossier.attachments {
        table.row([words.say("照片", "photos"), &format!("{} × {}", text::slot(*slot, words), photos.len())]);
    }
    if view.tracks.review == ReviewState::Accepted {
        for line in &view.progress {
            let waits_for = line.waits_for.iter().map(|track| text::track(*track, words));
            let waits_for: Vec<&str> = waits_for.collect();
            let waits_for = match waits_for.as_slice() {
                [] => String::new(),
                tracks => {
                    format!("{}{}", words.say("：等待", ": waits for "), tracks.join(words.say("、", ", ")))
                }
            };
            let state = format!("{}{waits_for}", text::step_state(line.state, words));
            table.row([text::track(line.track, words), &state]);
        }
    }
    let mut out = table.to_string();
    for returned in &view.returned {
        let item = &returned.item;
        let reason = text::return_reason(item.reason, words);
        let mark =
            if returned.changed { words.say("已改", "changed") } else { words.say("待改", "to change") };
        out.push_str(&format!("{mark}  {}  {reason}  {}\n", item.pointer, item.text));
    }
    let blocking = view.problems.iter().filter(|problem| problem.is_blocking()).count();
    out.push_str(&format!("{}: {blocking}", words.say("未通过的检查", "problems that stop submission")));
    out
}

/// What is wrong now, and what will be asked for later or once a choice is made.
fn problems(view: &CaseView, words: Words) -> String {
    let mut table = Table::default();
    for problem in &view.problems {
        let severity = text::severity(problem.severity, words);
        table.row([severity, problem.pointer.as_str(), text::problem(problem.code, words), &params(problem)]);
    }
    for requirement in view.requirements.iter().filter(|requirement| !requirement.met) {
        let when = match requirement.due {
            // What is due now and missing is a problem.
            Due::Now => continue,
            Due::Later => words.say("以后", "later"),
            Due::Blocked => words.say("待定", "open"),
        };
        table.row([when, requirement.pointer.as_str(), &text::due(requirement, words)]);
    }
    let nothing =
        if view.problems.is_empty() { words.say("没有问题\n", "nothing is wrong\n") } else { "" };
    format!("{nothing}{table}")
}

/// The values that belong to a problem's text.
fn params(problem: &Problem) -> String {
    let pairs: Vec<String> = problem.params.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join(" ")
}
