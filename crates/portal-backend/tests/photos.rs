//! Photos that are lost, damaged, or could never be sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::HashSet;

use portal_protocol::limits::Limits;
use portal_protocol::operation::{Change, OperationState};
use support::{Application, Server, body, new_op, refused, sha};

#[tokio::test]
async fn a_lost_or_damaged_photo_is_asked_for_again() {
    let server = Server::start().await;
    let client = server.merchant("13800000019").await;
    let application = Application::new(19);
    let op_id = new_op();
    let operation = application.operation(&client.device, Change::Submit(application.submission()), None);
    client.declare(op_id, &operation).await;
    for bytes in application.bytes.values() {
        client.put(bytes).await;
    }
    let path = |bytes: &[u8]| server.office().blobs.path(&sha(bytes));
    let photos: Vec<&Vec<u8>> = application.bytes.values().collect();
    let [lost, cut, changed] = photos[..3] else { panic!("too few photos") };
    std::fs::remove_file(path(lost)).unwrap();
    std::fs::write(path(cut), &cut[..cut.len() / 2]).unwrap();
    let mut other = changed.clone();
    other[10] ^= 1;
    std::fs::write(path(changed), other).unwrap();

    let missing = async || {
        let state = body(client.declare(op_id, &operation).await).await;
        let OperationState::Receiving { missing } = state else { panic!("not receiving") };
        missing.into_iter().collect::<HashSet<_>>()
    };
    assert_eq!(missing().await, HashSet::from([sha(lost), sha(cut)]), "what a look at the files tells");
    let problem = refused(client.commit(op_id).await, 409, "missing_blobs").await;
    assert_eq!(problem["errors"].as_array().unwrap().len(), 3, "the commit reads them: {problem}");
    assert_eq!(missing().await, HashSet::from([sha(lost), sha(cut), sha(changed)]));
    for bytes in [lost, cut, changed] {
        assert_eq!(client.put(bytes).await.status(), 201);
    }
    assert_eq!(client.commit(op_id).await.status(), 200);
    for (sha, bytes) in &application.bytes {
        assert_eq!(&std::fs::read(server.office().blobs.path(sha)).unwrap(), bytes);
    }
}

#[tokio::test]
async fn a_photo_that_could_never_be_sent_is_refused_at_once() {
    let server = Server::start().await;
    let client = server.merchant("13800000020").await;
    let mut application = Application::new(20);
    let limits: Limits = body(server.request("GET", "/v1/limits").send().await.unwrap()).await;
    assert!(limits.media_types.contains(&"image/jpeg".to_owned()));
    let slot = *application.dossier.attachments.keys().next().unwrap();
    for size_bytes in [0, limits.max_blob_bytes + 1, u64::MAX] {
        application.dossier.attachments.get_mut(&slot).unwrap()[0].size_bytes = size_bytes;
        let operation = application.operation(&client.device, Change::Submit(application.submission()), None);
        let problem = refused(client.declare(new_op(), &operation).await, 422, "invalid").await;
        assert_eq!(problem["errors"][0]["code"], "out_of_range", "{problem}");
    }
}
