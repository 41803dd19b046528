//! Blobs, wherever they are kept: in the data folder, in memory, in an S3 bucket. The same is promised of each.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use axum::body::Body;
use futures_util::TryStreamExt;
use futures_util::future::join_all;
use object_store::aws::AmazonS3Builder;
use object_store::memory::InMemory;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt};
use portal_backend::blob_store::{BlobStore, Bucket};
use portal_backend::{Limits, Storage};
use portal_domain::ids::Sha256;
use portal_protocol::operation::{Change, OperationState};
use support::outage::Reachable;
use support::shared::bucket;
use support::{Application, Server, body, picture, sha};

async fn read(blobs: &BlobStore, sha: &Sha256) -> Vec<u8> {
    let (stream, size_bytes) = blobs.open_blob(sha).await.unwrap();
    let bytes: Vec<u8> =
        stream.try_fold(Vec::new(), async |all, more| Ok([all, more.to_vec()].concat())).await.unwrap();
    assert_eq!(bytes.len() as u64, size_bytes);
    bytes
}

/// What holds of every place. `damage` writes other bytes under a name, behind the store's back.
async fn keeps_its_promises(blobs: &BlobStore, damage: impl AsyncFn(&Sha256, Vec<u8>)) {
    let bytes = picture(700, 0, 300_000);
    let (name, size) = (sha(&bytes), bytes.len() as u64);
    assert!(!blobs.has(&name, size).await.unwrap());
    assert!(!blobs.verify(&name).await.unwrap(), "a missing one is no failure");
    assert!(blobs.open_blob(&name).await.is_err());
    let received = blobs.receive(Body::from(bytes.clone()).into_data_stream(), size).await.unwrap();
    assert_eq!((&received.sha, received.size_bytes), (&name, size));
    assert!(!blobs.has(&name, size).await.unwrap(), "what is only received has no name");
    blobs.keep(received).await.unwrap();
    assert!(blobs.has(&name, size).await.unwrap() && blobs.verify(&name).await.unwrap());
    assert!(!blobs.has(&name, size + 1).await.unwrap());
    assert_eq!(read(blobs, &name).await, bytes);
    // Many put the same at once, and once more.
    let puts = join_all((0..4).map(|_| blobs.put(&bytes))).await;
    assert!(puts.into_iter().all(|put| put.unwrap() == name));
    assert_eq!(read(blobs, &name).await, bytes);
    // Damaged ones are put aside when they are verified, and can be supplied again; also without.
    let mut other = bytes.clone();
    other[10] ^= 1;
    damage(&name, other.clone()).await;
    blobs.put(&bytes).await.unwrap();
    assert_eq!(read(blobs, &name).await, bytes);
    damage(&name, other).await;
    assert!(!blobs.verify(&name).await.unwrap());
    assert!(!blobs.has(&name, size).await.unwrap());
    blobs.put(&bytes).await.unwrap();
    assert!(blobs.verify(&name).await.unwrap());
    damage(&name, bytes[..1000].to_vec()).await;
    assert!(!blobs.has(&name, size).await.unwrap());
    blobs.put(&bytes).await.unwrap();
    assert!(blobs.verify(&name).await.unwrap());
    assert!(blobs.partial_uploads().unwrap().is_empty());
}

/// Where a blob is in a bucket.
fn key(sha: &Sha256) -> Key {
    Key::from(format!("{}/{sha}", &sha.as_str()[..2]))
}

async fn no_leftovers(data: &std::path::Path) {
    assert_eq!(std::fs::read_dir(data.join("uploads")).unwrap().count(), 0, "a temporary file was left");
}

#[tokio::test]
async fn a_folder_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = BlobStore::open(folder.path(), None).unwrap();
    keeps_its_promises(&blobs, async |name, bytes| std::fs::write(blobs.path(name), bytes).unwrap()).await;
    no_leftovers(folder.path()).await;
}

#[tokio::test]
async fn memory_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    let objects: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let blobs = BlobStore::open(folder.path(), Some(&Bucket::new(objects.clone()))).unwrap();
    keeps_its_promises(&blobs, async |name, bytes| {
        objects.put(&key(name), bytes.into()).await.unwrap();
    })
    .await;
    no_leftovers(folder.path()).await;
}

#[tokio::test]
#[ignore = "needs an S3 server: cargo xtask shared does"]
async fn an_s3_bucket_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    let name = bucket(folder.path()).await;
    let blobs =
        BlobStore::open(folder.path(), Some(&format!("s3://{name}/some/where").parse().unwrap())).unwrap();
    let beside = AmazonS3Builder::from_env().with_bucket_name(name).build().unwrap();
    keeps_its_promises(&blobs, async |name, bytes| {
        let key = Key::from(format!("some/where/{}", key(name)));
        beside.put(&key, bytes.into()).await.unwrap();
    })
    .await;
    no_leftovers(folder.path()).await;
}

#[test]
fn an_address_of_something_else_is_refused() {
    for wrong in ["http://bucket", "s3://", "bucket/prefix"] {
        assert!(wrong.parse::<Bucket>().is_err(), "{wrong}");
    }
}

/// A whole submission with objects instead of files.
#[tokio::test]
async fn a_submission_is_received_into_a_bucket_and_its_photos_are_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let objects: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let database = support::storage(folder.path()).await.database;
    let storage = Storage { database, blobs: Some(Bucket::new(objects.clone())) };
    let server = Server::on(folder, storage, Limits::default(), false).await;
    let client = server.merchant("13800000911").await;
    let application = Application::new(911);
    assert_eq!(client.submit(&application).await.status(), 200);
    for (sha, bytes) in &application.bytes {
        let answer = client.get(&format!("/v1/blobs/{sha}")).await;
        assert_eq!(&answer.bytes().await.unwrap(), bytes);
        assert_eq!(objects.head(&key(sha)).await.unwrap().size, bytes.len() as u64);
    }
    // An object that was lost is asked for again before another receipt names it.
    let (lost, bytes) = application.bytes.iter().next().unwrap();
    objects.delete(&key(lost)).await.unwrap();
    let mut again = Application::new(911);
    again.case_id = portal_domain::ids::CaseId(uuid::Uuid::now_v7());
    let op_id = support::new_op();
    let change = Change::Submit(again.submission());
    let state: OperationState =
        body(client.declare(op_id, &again.operation(&client.device, change, None)).await).await;
    let OperationState::Receiving { missing } = state else { panic!("{state:?}") };
    assert_eq!(missing, std::slice::from_ref(lost));
    assert_eq!(client.put(bytes).await.status(), 201);
    assert_eq!(client.commit(op_id).await.status(), 200);
}

#[tokio::test]
async fn a_bucket_out_of_reach_delays_a_submission_and_promises_nothing_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Reachable::default();
    let database = support::storage(folder.path()).await.database;
    let storage = Storage { database, blobs: Some(Bucket::new(Arc::new(objects.clone()))) };
    let server = Server::on(folder, storage, Limits::default(), false).await;
    let client = server.merchant("13800000912").await;
    let application = Application::new(912);
    let op_id = support::new_op();
    let change = Change::Submit(application.submission());
    let operation = application.operation(&client.device, change, None);
    let mut photos = application.bytes.values();
    let first = photos.next().unwrap();
    assert_eq!(client.declare(op_id, &operation).await.status(), 201);
    assert_eq!(client.put(first).await.status(), 201);

    objects.set_down(true);
    for bytes in photos.clone() {
        later(client.put(bytes).await).await;
    }
    // What is there can't be looked at either: nothing is said to be received.
    later(client.declare(op_id, &operation).await).await;
    later(client.commit(op_id).await).await;

    objects.set_down(false);
    let state: OperationState = body(client.declare(op_id, &operation).await).await;
    let OperationState::Receiving { missing } = state else { panic!("{state:?}") };
    assert_eq!(missing.len(), application.bytes.len() - 1, "nothing half-put counts");
    for bytes in photos {
        assert_eq!(client.put(bytes).await.status(), 201);
    }
    assert_eq!(client.commit(op_id).await.status(), 200);
    for (sha, bytes) in &application.bytes {
        let answer = client.get(&format!("/v1/blobs/{sha}")).await;
        assert_eq!(&answer.bytes().await.unwrap(), bytes);
    }
    objects.set_down(true);
    later(client.get(&format!("/v1/blobs/{}", sha(first))).await).await;
}

/// A client comes again after such an answer, and has lost nothing.
async fn later(answer: reqwest::Response) {
    assert!(answer.headers().contains_key("retry-after"), "{answer:?}");
    support::refused(answer, 503, "unavailable").await;
}
