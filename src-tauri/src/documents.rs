//! Commands that carry bytes or files: photos in, documents out, courier packages; and the end of the program.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use portal_app::domain::dossier::Slot;
use portal_app::domain::ids::{CaseId, PhotoId};
use portal_app::error::{CommandCode, CommandError};
use portal_app::read_handed;
use portal_app::verifying::Report;
use portal_app::view::{
    CaseView, ContractView, CourierExportView, CourierImportView, CourierReceiptsView, DocumentKind,
    FolderView, ScannerView, SessionView, SortedPhotoView,
};
use tauri::ipc::{InvokeBody, Request, Response};
use tauri::{AppHandle, State};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};

use crate::Portal;
use crate::commands::guard;
use crate::handover::{self, Dropped};

/// Names that say nothing about anybody.
const PACKAGE_NAME: &str = "zhanggui-courier.age";
const PACKAGE_ENDINGS: &[&str] = &["age"];
const RECEIPTS_NAME: &str = "zhanggui-receipts.json";
const RECEIPTS_ENDINGS: &[&str] = &["json"];

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

/// Of a file that was handed over.
fn number(request: &Request<'_>) -> Result<usize, CommandError> {
    let bad = |_| CommandError::new(CommandCode::InvalidArgument).field("number", "bad_format");
    header(request, "number")?.parse().map_err(bad)
}

fn slot(name: &str) -> Result<Slot, CommandError> {
    Slot::parse(name)
        .ok_or_else(|| CommandError::new(CommandCode::InvalidArgument).field("slot", "bad_format"))
}

/// The id that a photo is to have.
fn new_photo_id(request: &Request<'_>) -> Result<PhotoId, CommandError> {
    let bad = |_| CommandError::new(CommandCode::InvalidArgument).field("new-photo-id", "bad_format");
    header(request, "new-photo-id")?.parse().map_err(bad)
}

#[tauri::command]
pub(crate) async fn photo_add(
    portal: State<'_, Portal>,
    request: Request<'_>,
) -> Result<CaseView, CommandError> {
    let (case_id, slot) = (case_id(&request)?, slot(header(&request, "slot")?)?);
    let added = guard("photo_add", portal.photo_add(case_id, slot, bytes(&request)?));
    portal.photo_under(new_photo_id(&request)?, added).await
}

#[tauri::command]
pub(crate) async fn photo_replace(
    portal: State<'_, Portal>,
    request: Request<'_>,
) -> Result<CaseView, CommandError> {
    let case_id = case_id(&request)?;
    let bad = |_| CommandError::new(CommandCode::InvalidArgument).field("photo-id", "bad_format");
    let photo_id = header(&request, "photo-id")?.parse::<PhotoId>().map_err(bad)?;
    let replaced = guard("photo_replace", portal.photo_replace(case_id, photo_id, "", bytes(&request)?));
    portal.photo_under(new_photo_id(&request)?, replaced).await
}

#[tauri::command]
pub(crate) async fn photo_sort(
    portal: State<'_, Portal>,
    request: Request<'_>,
) -> Result<SortedPhotoView, CommandError> {
    let case_id = case_id(&request)?;
    let taken = header(&request, "taken")?.split(',').filter(|name| !name.is_empty()).map(slot);
    let taken: Vec<Slot> = taken.collect::<Result<_, _>>()?;
    let file_name = percent_decode_str(header(&request, "file-name")?).decode_utf8_lossy();
    guard("photo_sort", portal.photo_sort(case_id, &file_name, bytes(&request)?, &taken)).await
}

#[tauri::command]
pub(crate) async fn photo_sort_into(
    portal: State<'_, Portal>,
    request: Request<'_>,
) -> Result<SortedPhotoView, CommandError> {
    let (case_id, slot) = (case_id(&request)?, slot(header(&request, "slot")?)?);
    guard("photo_sort_into", portal.photo_sort_into(case_id, slot, bytes(&request)?)).await
}

#[tauri::command]
pub(crate) async fn folder_choose(
    app: AppHandle,
    dropped: State<'_, Dropped>,
) -> Result<Option<FolderView>, CommandError> {
    let Some(folder) = chosen(app.dialog().file(), FileDialogBuilder::pick_folder).await? else {
        return Ok(None);
    };
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Some(FolderView { name, files: dropped.add(vec![folder]).await }))
}

#[tauri::command]
pub(crate) async fn scanner_choose(
    app: AppHandle,
    portal: State<'_, Portal>,
    request: Request<'_>,
) -> Result<Option<ScannerView>, CommandError> {
    let case_id = case_id(&request)?;
    let Some(folder) = chosen(app.dialog().file(), FileDialogBuilder::pick_folder).await? else {
        return Ok(None);
    };
    guard("scanner_choose", portal.scanner_choose(case_id, folder)).await.map(Some)
}

#[tauri::command]
pub(crate) async fn scanner_read(
    portal: State<'_, Portal>,
    request: Request<'_>,
) -> Result<Response, CommandError> {
    guard("scanner_read", portal.scanner_read(number(&request)?)).await.map(Response::new)
}

#[tauri::command]
pub(crate) async fn dropped_read(
    dropped: State<'_, Dropped>,
    request: Request<'_>,
) -> Result<Response, CommandError> {
    let path = dropped.path(number(&request)?).ok_or(CommandError::new(CommandCode::NotFound))?;
    read_handed(&path).await.map(Response::new)
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
    let dialog =
        app.dialog().file().set_file_name(format!("{}.pdf", kind.as_str())).add_filter("PDF", &["pdf"]);
    let Some(path) = chosen(dialog, FileDialogBuilder::save_file).await? else { return Ok(false) };
    tokio::fs::write(path, pdf).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::StorageFull => CommandError::new(CommandCode::DiskFull),
        _ => CommandError::new(CommandCode::Internal),
    })?;
    Ok(true)
}

/// The file that a person chooses; none when they think better of it.
async fn chosen<D: FnOnce(FileDialogBuilder<tauri::Wry>, Answered)>(
    dialog: FileDialogBuilder<tauri::Wry>,
    show: D,
) -> Result<Option<PathBuf>, CommandError> {
    let (sender, answer) = tokio::sync::oneshot::channel();
    show(
        dialog,
        Box::new(move |path| {
            // The receiver is gone only when the command was given up.
            let _unheard = sender.send(path);
        }),
    );
    let Ok(Some(path)) = answer.await else { return Ok(None) };
    path.into_path().map(Some).map_err(|_| CommandError::new(CommandCode::Internal))
}

/// What a dialog calls in the end.
type Answered = Box<dyn FnOnce(Option<FilePath>) + Send>;

#[tauri::command]
pub(crate) async fn contract_hand_over(
    portal: State<'_, Portal>,
    request: Request<'_>,
) -> Result<SessionView, CommandError> {
    let case_id = case_id(&request)?;
    guard("contract_hand_over", portal.contract_hand_over(case_id, bytes(&request)?)).await
}

#[tauri::command]
pub(crate) async fn contract_check(
    portal: State<'_, Portal>,
    request: Request<'_>,
) -> Result<Report, CommandError> {
    guard("contract_check", portal.contract_check(bytes(&request)?)).await
}

fn page(request: &Request<'_>) -> Result<u16, CommandError> {
    let bad = |_| CommandError::new(CommandCode::InvalidArgument).field("page", "bad_format");
    header(request, "page")?.parse().map_err(bad)
}

#[tauri::command]
pub(crate) async fn contract_scan_add(
    portal: State<'_, Portal>,
    request: Request<'_>,
) -> Result<ContractView, CommandError> {
    let (case_id, page) = (case_id(&request)?, page(&request)?);
    guard("contract_scan_add", portal.contract_scan_add(case_id, page, bytes(&request)?)).await
}

#[tauri::command]
pub(crate) async fn contract_scan_read(
    portal: State<'_, Portal>,
    request: Request<'_>,
) -> Result<Response, CommandError> {
    let (case_id, page) = (case_id(&request)?, page(&request)?);
    guard("contract_scan_read", portal.contract_scan_read(case_id, page)).await.map(Response::new)
}

#[tauri::command]
pub(crate) async fn courier_export(
    app: AppHandle,
    portal: State<'_, Portal>,
    request: Request<'_>,
) -> Result<Option<CourierExportView>, CommandError> {
    let bad = |_| CommandError::new(CommandCode::InvalidArgument).field("pin", "bad_format");
    // In the body: headers are for what may be written down.
    let pin = String::from_utf8(bytes(&request)?).map_err(bad)?;
    // Before anybody looks for a place.
    let permit = guard("courier_export", portal.courier_permit(pin)).await?;
    let dialog = app.dialog().file().set_file_name(PACKAGE_NAME).add_filter("age", PACKAGE_ENDINGS);
    let Some(path) = chosen(dialog, FileDialogBuilder::save_file).await? else { return Ok(None) };
    guard("courier_export", portal.courier_export(&path, permit)).await.map(Some)
}

#[tauri::command]
pub(crate) async fn courier_import(
    app: AppHandle,
    portal: State<'_, Portal>,
) -> Result<Option<CourierImportView>, CommandError> {
    let dialog = app.dialog().file().add_filter("age", PACKAGE_ENDINGS);
    let Some(package) = chosen(dialog, FileDialogBuilder::pick_file).await? else { return Ok(None) };
    let dialog = app.dialog().file().set_file_name(RECEIPTS_NAME).add_filter("JSON", RECEIPTS_ENDINGS);
    let Some(receipts) = chosen(dialog, FileDialogBuilder::save_file).await? else { return Ok(None) };
    guard("courier_import", portal.courier_import(&package, &receipts)).await.map(Some)
}

#[tauri::command]
pub(crate) async fn courier_receipts(
    app: AppHandle,
    portal: State<'_, Portal>,
) -> Result<Option<CourierReceiptsView>, CommandError> {
    let dialog = app.dialog().file().add_filter("JSON", RECEIPTS_ENDINGS);
    let Some(path) = chosen(dialog, FileDialogBuilder::pick_file).await? else { return Ok(None) };
    guard("courier_receipts", portal.courier_receipts(&path)).await.map(Some)
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
