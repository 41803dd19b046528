//! Commands that carry bytes: files and photos in, documents out, and the end of the program.

use portal_app::MAX_PHOTO_FILE_BYTES;
use portal_app::domain::dossier::Slot;
use portal_app::domain::ids::{CaseId, PhotoId};
use portal_app::error::{CommandCode, CommandError};
use portal_app::view::{CaseView, DocumentKind};
use tauri::ipc::{InvokeBody, Request, Response};
use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt;
use tokio::io::AsyncReadExt;

use crate::Portal;
use crate::commands::guard;
use crate::handover::{self, Dropped};

fn header<'a>(request: &'a Request<'_>, name: &str) -> Result<&'a str, CommandError> {
    let missing = || CommandError::new(CommandCode::InvalidArgument).field(name, "missing");
    request.headers().get(name).and_then(|value| value.to_str().ok()).ok_or_else(missing)
}

fn bytes(request: &Request<'_>) -> Result<Vec<u8>, CommandError> {
    match request.body() {
        InvokeBody::Raw(bytes) => Ok(bytes.clone()),
        InvokeBody::Json(_) => Err(CommandError::new(CommandCode::InvalidArgument).field("body", "missing")),
    }
}

fn case_id(request: &Request<'_>) -> Result<CaseId, CommandError> {
    let bad = |_| CommandError::new(CommandCode::InvalidArgument).field("case-id", "bad_format");
    header(request, "case-id")?.parse().map_err(bad)
}

fn document(request: &Request<'_>) -> Result<DocumentKind, CommandError> {
    DocumentKind::parse(header(request, "document")?)
        .ok_or_else(|| CommandError::new(CommandCode::InvalidArgument).field("document", "bad_format"))
}

#[tauri::command]
pub(crate) async fn photo_add(
    portal: State<'_, Portal>,
    request: Request<'_>,
) -> Result<CaseView, CommandError> {
    let case_id = case_id(&request)?;
    let slot = Slot::parse(header(&request, "slot")?)
        .ok_or_else(|| CommandError::new(CommandCode::InvalidArgument).field("slot", "bad_format"))?;
    guard("photo_add", portal.photo_add(case_id, slot, bytes(&request)?)).await
}

#[tauri::command]
pub(crate) async fn photo_replace(
    portal: State<'_, Portal>,
    request: Request<'_>,
) -> Result<CaseView, CommandError> {
    let case_id = case_id(&request)?;
    let bad = |_| CommandError::new(CommandCode::InvalidArgument).field("photo-id", "bad_format");
    let photo_id = header(&request, "photo-id")?.parse::<PhotoId>().map_err(bad)?;
    guard("photo_replace", portal.photo_replace(case_id, photo_id, "", bytes(&request)?)).await
}

#[tauri::command]
pub(crate) async fn dropped_read(
    dropped: State<'_, Dropped>,
    request: Request<'_>,
) -> Result<Response, CommandError> {
    let bad = |_| CommandError::new(CommandCode::InvalidArgument).field("number", "bad_format");
    let file = dropped.file(header(&request, "number")?.parse().map_err(bad)?);
    let not_found = || CommandError::new(CommandCode::NotFound);
    let mut bytes = Vec::new();
    let file = tokio::fs::File::open(file.ok_or_else(not_found)?).await.map_err(|_| not_found())?;
    // One byte too many is enough for the photo's own check to refuse it.
    file.take(MAX_PHOTO_FILE_BYTES + 1).read_to_end(&mut bytes).await.map_err(|_| not_found())?;
    Ok(Response::new(bytes))
}

#[tauri::command]
pub(crate) async fn clipboard_picture() -> Result<Response, CommandError> {
    let picture = tauri::async_runtime::spawn_blocking(handover::clipboard_picture).await.unwrap_or_default();
    picture.map(Response::new).ok_or(CommandError::new(CommandCode::NotFound))
}

#[tauri::command]
pub(crate) async fn document_read(
    portal: State<'_, Portal>,
    request: Request<'_>,
) -> Result<Response, CommandError> {
    let pdf = guard("document_read", portal.document_read(case_id(&request)?, document(&request)?)).await?;
    Ok(Response::new(pdf))
}

#[tauri::command]
pub(crate) async fn document_save(
    app: AppHandle,
    portal: State<'_, Portal>,
    request: Request<'_>,
) -> Result<bool, CommandError> {
    let (case_id, kind) = (case_id(&request)?, document(&request)?);
    let pdf = guard("document_save", portal.document_read(case_id, kind)).await?;
    let (sender, chosen) = tokio::sync::oneshot::channel();
    app.dialog()
        .file()
        .set_file_name(format!("{}.pdf", kind.as_str()))
        .add_filter("PDF", &["pdf"])
        .save_file(move |path| {
            // The receiver is gone only when the command was given up.
            let _unheard = sender.send(path);
        });
    let Ok(Some(path)) = chosen.await else { return Ok(false) };
    let internal = || CommandError::new(CommandCode::Internal);
    let path = path.into_path().map_err(|_| internal())?;
    tokio::fs::write(path, pdf).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::StorageFull => CommandError::new(CommandCode::DiskFull),
        _ => internal(),
    })?;
    Ok(true)
}

#[tauri::command]
pub(crate) async fn app_quit(
    app: AppHandle,
    portal: State<'_, Portal>,
    request: Request<'_>,
) -> Result<bool, CommandError> {
    let confirmed = header(&request, "confirmed")? == "true";
    if !confirmed && guard("app_quit", portal.app_safety()).await?.cases_only_here > 0 {
        return Ok(false);
    }
    app.exit(0);
    Ok(true)
}
