//! tus 1.0 at `/v1/uploads`: creation, creation-with-upload, checksum, expiration, termination.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portal_domain::ids::Sha256;
use portal_protocol::error::ErrorCode;

use super::extract::{Param, header_text};
use crate::app::{App, AppState, Caller};
use crate::problem::{Answer, Problem};
use crate::store::retried;
use crate::store::uploads::{self, UploadRecord};
use crate::uploading::{self, Checksum};

const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const EXTENSIONS: &str = "creation,creation-with-upload,checksum,expiration,termination";
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const CHUNK_TYPE: &str = "application/offset+octet-stream";
const EXPIRES_AFTER_MS: i64 = 30 * 24 * 3600 * 1000;
const MAX_METADATA_BYTES: usize = 4096;

/// What this server speaks.
pub async fn options(State(app): State<AppState>) -> Response {
    let headers = [
        (RESUMABLE, VERSION),
        (TUS_VERSION, VERSION),
        (HeaderName::from_static("tus-extension"), HeaderValue::from_static(EXTENSIONS)),
        (HeaderName::from_static("tus-max-size"), HeaderValue::from(app.limits.max_blob_bytes)),
        (HeaderName::from_static("tus-checksum-algorithm"), HeaderValue::from_static("sha1,sha256")),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Begins an upload, or gives the address of the one that was begun for the same hash.
pub async fn create(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Answer<Response> {
    tus(create_inner(&app, &caller, &headers, body).await)
}

async fn create_inner(app: &App, caller: &Caller, headers: &HeaderMap, body: Body) -> Answer<Response> {
    require_version(headers)?;
    let length = number(headers, &LENGTH)?.filter(|length| *length > 0);
    let length = length.ok_or_else(|| Problem::parameter(LENGTH.as_str()))?;
    if length > app.limits.max_blob_bytes {
        return Err(ErrorCode::TooLarge.into());
    }
    let metadata = header_text(headers, METADATA.as_str())?.unwrap_or_default();
    if metadata.len() > MAX_METADATA_BYTES {
        return Err(ErrorCode::TooLarge.into());
    }
    let (sha, checksum) = (declared_sha(metadata)?, checksum(headers)?);
    let brings_bytes = header_text(headers, header::CONTENT_TYPE.as_str())? == Some(CHUNK_TYPE);
    let mut upload = begin(app, caller, length, sha.as_ref(), metadata).await?;
    if brings_bytes && upload.offset_bytes == 0 {
        let lock = app.uploads.take(&upload.upload_id).await;
        upload = uploading::settle(app, caller, &upload.upload_id, &lock).await?;
        if upload.offset_bytes == 0 {
            upload.offset_bytes =
                uploading::append(app, caller, lock, upload.clone(), checksum, body.into_data_stream())
                    .await?;
        }
    }
    let location = HeaderValue::from_str(&format!("/v1/uploads/{}", upload.upload_id))
        .map_err(|_| Problem::parameter("location"))?;
    let mut response = (StatusCode::CREATED, [(header::LOCATION, location)]).into_response();
    describe(&mut response, &upload);
    Ok(response)
}

/// How far an upload has come.
pub async fn offset(
    State(app): State<AppState>,
    caller: Caller,
    Param(id): Param<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    tus(offset_inner(&app, &caller, &id, &headers).await)
}

async fn offset_inner(app: &App, caller: &Caller, id: &str, headers: &HeaderMap) -> Answer<Response> {
    require_version(headers)?;
    let upload = uploading::look(app, caller, id).await?;
    let mut response =
        (StatusCode::OK, [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]).into_response();
    describe(&mut response, &upload);
    response.headers_mut().insert(LENGTH, HeaderValue::from(upload.length_bytes));
    if !upload.metadata.is_empty()
        && let Ok(metadata) = HeaderValue::from_str(&upload.metadata)
    {
        response.headers_mut().insert(METADATA, metadata);
    }
    Ok(response)
}

/// Appends a chunk.
pub async fn append(
    State(app): State<AppState>,
    caller: Caller,
    Param(id): Param<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Response> {
    tus(append_inner(&app, &caller, &id, &headers, body).await)
}

async fn append_inner(
    app: &App,
    caller: &Caller,
    id: &str,
    headers: &HeaderMap,
    body: Body,
) -> Answer<Response> {
    require_version(headers)?;
    if header_text(headers, header::CONTENT_TYPE.as_str())? != Some(CHUNK_TYPE) {
        return Err(ErrorCode::UnsupportedType.into());
    }
    let offset = number(headers, &OFFSET)?.ok_or_else(|| Problem::parameter(OFFSET.as_str()))?;
    let checksum = checksum(headers)?;
    // A lock is made for uploads that exist only.
    uploading::find(app, caller, id).await?;
    let lock = app.uploads.take(id).await;
    // Looked up again under the lock: the request that held it may have moved the offset.
    let mut upload = uploading::settle(app, caller, id, &lock).await?;
    if upload.offset_bytes != offset {
        return Err(Problem::new(ErrorCode::OffsetMismatch)
            .with_header(OFFSET, HeaderValue::from(upload.offset_bytes)));
    }
    if !upload.finished {
        upload.offset_bytes =
            uploading::append(app, caller, lock, upload.clone(), checksum, body.into_data_stream()).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    describe(&mut response, &upload);
    Ok(response)
}

/// Gives an upload up.
pub async fn terminate(
    State(app): State<AppState>,
    caller: Caller,
    Param(id): Param<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    tus(terminate_inner(&app, &caller, &id, &headers).await)
}

async fn terminate_inner(app: &App, caller: &Caller, id: &str, headers: &HeaderMap) -> Answer<Response> {
    require_version(headers)?;
    uploading::find(app, caller, id).await?;
    let _lock = app.uploads.take(id).await;
    uploading::forget(app, caller, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The upload begun for this hash, or a new one.
async fn begin(
    app: &App,
    caller: &Caller,
    length: u64,
    sha: Option<&Sha256>,
    metadata: &str,
) -> Answer<UploadRecord> {
    let (tenant, account) = (&caller.tenant, caller.account.account_id);
    if let Some(sha) = sha {
        let known = {
            let mut conn = app.office.store.read().await?;
            uploads::by_sha(&mut conn, tenant, account, sha).await?
        };
        if let Some(known) = known
            && let Err(problem) = uploading::look(app, caller, &known.upload_id).await
        {
            if problem.code.status() >= 500 {
                return Err(problem);
            }
            // Expired, or its bytes are lost: begun anew.
            uploading::forget(app, caller, &known.upload_id).await?;
        }
    }
    let upload = retried(|| async {
        let mut tx = app.office.store.write().await?;
        let known = match sha {
            Some(sha) => uploads::by_sha(&mut tx, tenant, account, sha).await?,
            None => None,
        };
        let upload = match known {
            Some(known) => known,
            None => {
                let expires_at_ms = app.office.now_ms() + EXPIRES_AFTER_MS;
                uploads::create(&mut tx, tenant, account, length, (sha, metadata), expires_at_ms).await?
            }
        };
        tx.commit().await?;
        Ok::<_, Problem>(upload)
    })
    .await?;
    if upload.length_bytes == length { Ok(upload) } else { Err(Problem::parameter(LENGTH.as_str())) }
}

fn require_version(headers: &HeaderMap) -> Answer<()> {
    if headers.get(RESUMABLE) == Some(&VERSION) {
        return Ok(());
    }
    Err(Problem::new(ErrorCode::TusVersion).with_header(TUS_VERSION, VERSION))
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Answer<Option<u64>> {
    header_text(headers, name.as_str())?
        .map(|text| text.parse().map_err(|_| Problem::parameter(name.as_str())))
        .transpose()
}

/// The `sha` of `Upload-Metadata`: the Base64 of its hexadecimal text.
fn declared_sha(metadata: &str) -> Answer<Option<Sha256>> {
    let bad = || Problem::parameter(METADATA.as_str());
    for pair in metadata.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        if key == "sha" {
            let text = STANDARD.decode(value).map_err(|_| bad())?;
            let text = String::from_utf8(text).map_err(|_| bad())?;
            return text.parse().map(Some).map_err(|_| bad());
        }
    }
    Ok(None)
}

fn checksum(headers: &HeaderMap) -> Answer<Option<Checksum>> {
    const NAME: &str = "upload-checksum";
    let Some(text) = header_text(headers, NAME)? else { return Ok(None) };
    let (algorithm, value) = text.split_once(' ').ok_or_else(|| Problem::parameter(NAME))?;
    let digest = STANDARD.decode(value.trim()).map_err(|_| Problem::parameter(NAME))?;
    match (algorithm, digest.len()) {
        ("sha1", 20) => Ok(Some(Checksum::Sha1(digest))),
        ("sha256", 32) => Ok(Some(Checksum::Sha256(digest))),
        _ => Err(Problem::parameter(NAME)),
    }
}

fn describe(response: &mut Response, upload: &UploadRecord) {
    let expires =
        crate::clock::timestamp(upload.expires_at_ms).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let headers = response.headers_mut();
    headers.insert(OFFSET, HeaderValue::from(upload.offset_bytes));
    if let Ok(expires) = HeaderValue::from_str(&expires) {
        headers.insert(EXPIRES, expires);
    }
}

/// Every answer of the protocol, refusals too, names its version.
fn tus(answer: Answer<Response>) -> Answer<Response> {
    match answer {
        Ok(mut response) => {
            response.headers_mut().insert(RESUMABLE, VERSION);
            Ok(response)
        }
        Err(problem) => Err(problem.with_header(RESUMABLE, VERSION)),
    }
}
