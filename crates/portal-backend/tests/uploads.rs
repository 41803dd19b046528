//! tus: resumed by byte, verified by hash, never kept when wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portal_domain::ids::Sha256;
use reqwest::{RequestBuilder, Response};
use sha2::Digest;
use support::{Client, Server, picture, refused, sha};

const DAY_MS: i64 = 86_400_000;

fn metadata(sha: &Sha256) -> String {
    format!("sha {}", STANDARD.encode(sha.as_str()))
}

fn tus(client: &Client, method: &str, path: &str) -> RequestBuilder {
    client.request(method, path).header("tus-resumable", "1.0.0")
}

async fn create(client: &Client, length: usize, sha: Option<&Sha256>) -> Response {
    let mut request = tus(client, "POST", "/v1/uploads").header("upload-length", length.to_string());
    if let Some(sha) = sha {
        request = request.header("upload-metadata", metadata(sha));
    }
    request.send().await.unwrap()
}

fn location(answer: &Response) -> String {
    assert_eq!(answer.status(), 201);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

fn patch(client: &Client, path: &str, offset: usize, bytes: &[u8]) -> RequestBuilder {
    tus(client, "PATCH", path)
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", offset.to_string())
        .body(bytes.to_vec())
}

async fn offset(client: &Client, path: &str) -> usize {
    let answer = tus(client, "HEAD", path).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.headers()["upload-offset"].to_str().unwrap().parse().unwrap()
}

fn kept(server: &Server, sha: &Sha256) -> bool {
    server.office().blobs.path(sha).exists()
}

#[tokio::test]
async fn an_upload_goes_on_where_it_stood_also_after_a_restart() {
    let mut server = Server::start().await;
    let mut client = server.merchant("13800000101").await;
    let bytes = picture(1, 0, 3_000_000);
    let name = sha(&bytes);
    let path = location(&create(&client, bytes.len(), Some(&name)).await);
    assert_eq!(location(&create(&client, bytes.len(), Some(&name)).await), path, "creation is idempotent");
    let answer = patch(&client, &path, 0, &bytes[..1_000_000]).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    assert_eq!(answer.headers()["upload-offset"], "1000000");
    server.restart().await;
    client.url = server.url.clone();
    assert_eq!(offset(&client, &path).await, 1_000_000);
    let wrong = patch(&client, &path, 5, &bytes[5..10]).send().await.unwrap();
    assert_eq!(wrong.headers()["upload-offset"], "1000000");
    refused(wrong, 409, "offset_mismatch").await;
    let answer = patch(&client, &path, 1_000_000, &bytes[1_000_000..]).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    assert!(kept(&server, &name));
    assert_eq!(std::fs::read(server.office().blobs.path(&name)).unwrap(), bytes);
    // The finish was not heard: asking again is harmless.
    assert_eq!(offset(&client, &path).await, bytes.len());
    assert_eq!(patch(&client, &path, bytes.len(), &[]).send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn a_chunk_counts_only_with_its_checksum() {
    let server = Server::start().await;
    let client = server.merchant("13800000102").await;
    let bytes = picture(2, 0, 400_000);
    let name = sha(&bytes);
    let path = location(&create(&client, bytes.len(), Some(&name)).await);
    let (first, second) = bytes.split_at(150_000);
    let wrong = format!("sha256 {}", STANDARD.encode(sha2::Sha256::digest(second)));
    let answer = patch(&client, &path, 0, first).header("upload-checksum", wrong).send().await.unwrap();
    refused(answer, 460, "checksum_mismatch").await;
    assert_eq!(offset(&client, &path).await, 0);
    let right = format!("sha256 {}", STANDARD.encode(sha2::Sha256::digest(first)));
    let answer = patch(&client, &path, 0, first).header("upload-checksum", right).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    let (second, third) = second.split_at(100_000);
    let right = format!("sha1 {}", STANDARD.encode(sha1::Sha1::digest(second)));
    let answer =
        patch(&client, &path, 150_000, second).header("upload-checksum", right).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    let crc32 = |bytes| format!("crc32 {}", STANDARD.encode(crc32fast::hash(bytes).to_be_bytes()));
    let wrong = patch(&client, &path, 250_000, third).header("upload-checksum", crc32(second));
    refused(wrong.send().await.unwrap(), 460, "checksum_mismatch").await;
    let right = patch(&client, &path, 250_000, third).header("upload-checksum", crc32(third));
    assert_eq!(right.send().await.unwrap().status(), 204);
    assert!(kept(&server, &name));
    let unknown = patch(&client, &path, 0, first).header("upload-checksum", "md5 AAAA").send().await.unwrap();
    refused(unknown, 400, "bad_parameter").await;
}

#[tokio::test]
async fn other_bytes_than_declared_are_not_kept() {
    let server = Server::start().await;
    let client = server.merchant("13800000103").await;
    let (bytes, declared) = (picture(3, 0, 10_000), sha(&picture(3, 1, 10_000)));
    let path = location(&create(&client, bytes.len(), Some(&declared)).await);
    let answer = patch(&client, &path, 0, &bytes).send().await.unwrap();
    refused(answer, 400, "digest_mismatch").await;
    assert!(!kept(&server, &declared) && !kept(&server, &sha(&bytes)));
    refused_head(&client, &path, 404).await;
    assert_eq!(std::fs::read_dir(server.folder.path().join("uploads")).unwrap().count(), 0);
}

async fn refused_head(client: &Client, path: &str, status: u16) {
    assert_eq!(tus(client, "HEAD", path).send().await.unwrap().status(), status);
}

#[tokio::test]
async fn an_upload_may_bring_bytes_at_once_and_no_metadata() {
    let server = Server::start().await;
    let client = server.merchant("13800000104").await;
    let bytes = picture(4, 0, 50_000);
    let answer = tus(&client, "POST", "/v1/uploads")
        .header("upload-length", bytes.len().to_string())
        .header("upload-metadata", "")
        .header("content-type", "application/offset+octet-stream")
        .body(bytes.clone())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["upload-offset"], "50000");
    location(&answer);
    assert!(kept(&server, &sha(&bytes)));
}

#[tokio::test]
async fn uploads_expire_and_can_be_given_up() {
    let server = Server::start().await;
    let mut client = server.merchant("13800000105").await;
    let path = location(&create(&client, 100, None).await);
    patch(&client, &path, 0, &[1; 10]).send().await.unwrap();
    assert_eq!(tus(&client, "DELETE", &path).send().await.unwrap().status(), 204);
    refused_head(&client, &path, 404).await;
    let path = location(&create(&client, 100, None).await);
    server.pass_ms(29 * DAY_MS);
    client.session = refreshed(&server, &client).await;
    assert_eq!(offset(&client, &path).await, 0);
    server.pass_ms(DAY_MS);
    client.session = refreshed(&server, &client).await;
    refused_head(&client, &path, 410).await;
}

async fn refreshed(server: &Server, client: &Client) -> portal_protocol::session::Session {
    let request = serde_json::json!({ "refresh_token": client.session.refresh_token });
    let path = "/v1/session/refresh";
    support::body(client.device.signed(server.request("POST", path), path, &request).send().await.unwrap())
        .await
}

#[tokio::test]
async fn the_newest_request_takes_an_upload_over() {
    let server = Server::start().await;
    let client = server.merchant("13800000106").await;
    let bytes = picture(6, 0, 600_000);
    let name = sha(&bytes);
    let path = location(&create(&client, bytes.len(), Some(&name)).await);
    // A connection that died without saying so: it has sent a part, and never sends the rest.
    let part = bytes[..300_000].to_vec();
    let stuck = futures_util::stream::unfold(Some(part), |part| async move {
        match part {
            Some(part) => Some((Ok::<_, std::io::Error>(part), None)),
            None => std::future::pending().await,
        }
    });
    let request = tus(&client, "PATCH", &path)
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", "0")
        .body(reqwest::Body::wrap_stream(stuck));
    let stuck = tokio::spawn(request.send());
    tokio::time::sleep(Duration::from_millis(300)).await;
    let answer = patch(&client, &path, 0, &bytes).send().await.unwrap();
    // What the dead connection brought was kept: the new request is told where to go on.
    assert_eq!(answer.status(), 409);
    let at: usize = answer.headers()["upload-offset"].to_str().unwrap().parse().unwrap();
    assert_eq!(at, 300_000);
    refused(stuck.await.unwrap().unwrap(), 423, "locked").await;
    assert_eq!(patch(&client, &path, at, &bytes[at..]).send().await.unwrap().status(), 204);
    assert!(kept(&server, &name));
}

#[tokio::test]
async fn an_upload_belongs_to_its_account_and_has_limits() {
    let server = Server::start().await;
    let client = server.merchant("13800000107").await;
    let other = server.merchant("13800000108").await;
    let path = location(&create(&client, 100, None).await);
    refused_head(&other, &path, 404).await;
    let over = patch(&client, &path, 0, &[0; 101]).send().await.unwrap();
    refused(over, 413, "too_large").await;
    refused(create(&client, 1 << 40, None).await, 413, "too_large").await;
    let unversioned = client.request("HEAD", &path).send().await.unwrap();
    assert_eq!(
        (unversioned.status().as_u16(), &unversioned.headers()["tus-version"]),
        (412, &"1.0.0".parse().unwrap())
    );
    let untyped = tus(&client, "PATCH", &path).header("upload-offset", "0").body("x").send().await.unwrap();
    refused(untyped, 415, "unsupported_type").await;
    let options = server.request("OPTIONS", "/v1/uploads").send().await.unwrap();
    assert_eq!(
        options.headers()["tus-extension"],
        "creation,creation-with-upload,checksum,expiration,termination"
    );
}

#[tokio::test]
async fn a_photo_whose_file_was_lost_can_be_supplied_again() {
    let server = Server::start().await;
    let client = server.merchant("13800000109").await;
    let bytes = picture(9, 0, 20_000);
    let name = sha(&bytes);
    let path = location(&create(&client, bytes.len(), Some(&name)).await);
    assert_eq!(patch(&client, &path, 0, &bytes).send().await.unwrap().status(), 204);
    std::fs::remove_file(server.office().blobs.path(&name)).unwrap();
    let again = location(&create(&client, bytes.len(), Some(&name)).await);
    assert_eq!(offset(&client, &again).await, 0);
    assert_eq!(patch(&client, &again, 0, &bytes).send().await.unwrap().status(), 204);
    assert!(kept(&server, &name));
}

#[tokio::test]
async fn an_upload_whose_bytes_were_lost_is_begun_anew() {
    let server = Server::start().await;
    let client = server.merchant("13800000110").await;
    let part = |path: &str| server.office().blobs.upload_path(path.rsplit('/').next().unwrap());
    let bytes = picture(10, 0, 300_000);
    let name = sha(&bytes);
    let begun = async || {
        let path = location(&create(&client, bytes.len(), Some(&name)).await);
        assert_eq!(offset(&client, &path).await, 0);
        assert_eq!(patch(&client, &path, 0, &bytes[..200_000]).send().await.unwrap().status(), 204);
        path
    };
    let path = begun().await;
    std::fs::remove_file(part(&path)).unwrap();
    refused_head(&client, &path, 410).await;
    refused_head(&client, &path, 404).await;
    // Also when it is the creation that finds out.
    let path = begun().await;
    std::fs::remove_file(part(&path)).unwrap();
    let path = begun().await;
    // All bytes counted, the finish not recorded, and the file gone with the crash.
    let id = path.rsplit('/').next().unwrap();
    std::fs::remove_file(part(&path)).unwrap();
    let mut tx = server.office().store.write().await.unwrap();
    let tenant = portal_backend::store::tenants::home(&mut tx).await.unwrap().unwrap();
    portal_backend::store::uploads::set_offset(&mut tx, &tenant, id, 300_000).await.unwrap();
    tx.commit().await.unwrap();
    refused_head(&client, &path, 410).await;
    let path = begun().await;
    assert_eq!(patch(&client, &path, 200_000, &bytes[200_000..]).send().await.unwrap().status(), 204);
    assert!(kept(&server, &name));
}

#[tokio::test]
async fn an_upload_that_a_power_cut_shortened_goes_on_where_it_ends() {
    let server = Server::start().await;
    let client = server.merchant("13800000113").await;
    let bytes = picture(12, 0, 300_000);
    let name = sha(&bytes);
    let path = location(&create(&client, bytes.len(), Some(&name)).await);
    assert_eq!(patch(&client, &path, 0, &bytes[..200_000]).send().await.unwrap().status(), 204);
    let part = server.office().blobs.upload_path(path.rsplit('/').next().unwrap());
    std::fs::File::options().write(true).open(part).unwrap().set_len(150_000).unwrap();
    let answer = patch(&client, &path, 200_000, &bytes[200_000..]).send().await.unwrap();
    assert_eq!(answer.headers()["upload-offset"], "150000");
    refused(answer, 409, "offset_mismatch").await;
    assert_eq!(offset(&client, &path).await, 150_000);
    assert_eq!(patch(&client, &path, 150_000, &bytes[150_000..]).send().await.unwrap().status(), 204);
    assert!(kept(&server, &name));
}

#[tokio::test]
async fn two_requests_that_begin_the_same_upload_get_the_same_one() {
    let server = Server::start().await;
    let client = server.merchant("13800000111").await;
    let name = sha(&picture(11, 0, 1000));
    let answers = futures_util::future::join_all((0..8).map(|_| create(&client, 1000, Some(&name)))).await;
    let places: std::collections::HashSet<String> = answers.iter().map(location).collect();
    assert_eq!(places.len(), 1);
    refused(create(&client, 999, Some(&name)).await, 400, "bad_parameter").await;
    refused(create(&client, 0, None).await, 400, "bad_parameter").await;
}

#[tokio::test]
async fn bytes_that_belong_to_no_upload_are_swept_at_the_start() {
    let mut server = Server::start().await;
    let mut client = server.merchant("13800000112").await;
    let path = location(&create(&client, 1000, None).await);
    assert_eq!(patch(&client, &path, 0, &[1; 10]).send().await.unwrap().status(), 204);
    let orphan = server.office().blobs.upload_path("0123456789abcdef0123456789abcdef");
    std::fs::write(&orphan, b"left by a crash").unwrap();
    server.restart().await;
    client.url = server.url.clone();
    assert!(!orphan.exists());
    assert_eq!(offset(&client, &path).await, 10);
}
