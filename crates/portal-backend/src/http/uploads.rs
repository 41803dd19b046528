//! tus 1.0 at `/v1/uploads`: creation, creation-with-upload, checksum, expiration, termination.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use portal_domain::ids::Sha256;
use portal_protocol::error::ErrorCode;

use super::extract::Param;
use super::tus::{self, Chunk, Creation, LENGTH, METADATA, OFFSET, RESUMABLE, TUS_VERSION, VERSION};
use crate::app::{App, AppState, Caller};
use crate::problem::{Answer, Problem};
use crate::store::retried;
use crate::store::uploads::{self, UploadRecord};
use crate::uploading;

const EXTENSIONS: &str = "creation,creation-with-upload,checksum,expiration,termination";
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const EXPIRES_AFTER_MS: i64 = 30 * 24 * 3600 * 1000;

/// What this server speaks.
pub async fn options(State(app): State<AppState>) -> Response {
    let headers = [
        (RESUMABLE, VERSION),
        (TUS_VERSION, VERSION),
        (HeaderName::from_static("tus-extension"), HeaderValue::from_static(EXTENSIONS)),
        (HeaderName::from_static("tus-max-size"), HeaderValue::from(app.limits.max_blob_bytes)),
        (HeaderName::from_static("tus-checksum-algorithm"), HeaderValue::from_static("crc32,sha1,sha256")),
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
    versioned(create_inner(&app, &caller, &headers, body).await)
}

async fn create_inner(app: &App, caller: &Caller, headers: &HeaderMap, body: Body) -> Answer<Response> {
    let creation = Creation::read(headers, app.limits.max_blob_bytes)?;
    let Creation { length_bytes, metadata, sha, brings_bytes, checksum } = creation;
    let mut upload = begin(app, caller, length_bytes, sha.as_ref(), metadata).await?;
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
    versioned(offset_inner(&app, &caller, &id, &headers).await)
}

async fn offset_inner(app: &App, caller: &Caller, id: &str, headers: &HeaderMap) -> Answer<Response> {
    tus::require_version(headers)?;
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
    versioned(append_inner(&app, &caller, &id, &headers, body).await)
}

async fn append_inner(
    app: &App,
    caller: &Caller,
    id: &str,
    headers: &HeaderMap,
    body: Body,
) -> Answer<Response> {
    let Chunk { offset_bytes, checksum } = Chunk::read(headers)?;
    // A lock is made for uploads that exist only.
    uploading::find(app, caller, id).await?;
    let lock = app.uploads.take(id).await;
    // Looked up again under the lock: the request that held it may have moved the offset.
    let mut upload = uploading::settle(app, caller, id, &lock).await?;
    if upload.offset_bytes != offset_bytes {
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
    versioned(terminate_inner(&app, &caller, &id, &headers).await)
}

async fn terminate_inner(app: &App, caller: &Caller, id: &str, headers: &HeaderMap) -> Answer<Response> {
    tus::require_version(headers)?;
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
fn versioned(answer: Answer<Response>) -> Answer<Response> {
    match answer {
        Ok(mut response) => {
            response.headers_mut().insert(RESUMABLE, VERSION);
            Ok(response)
        }
        Err(problem) => Err(problem.with_header(RESUMABLE, VERSION)),
    }
}
