//! From declaration to receipt: exactly once, with every photo durable.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use portal_protocol::case::CaseDocument;
use portal_protocol::event::EventBatch;
use portal_protocol::operation::{Change, OperationState, Withdrawal};
use portal_protocol::receipt::{Envelope, Receipt};
use portal_protocol::session::{EnrolProof, Enrolled};
use serde_json::{Value, json};
use support::{Application, Device, Server, body, new_op, picture, refused, sha};

#[tokio::test]
async fn a_submission_is_received_with_a_signed_receipt_that_names_every_photo() {
    let server = Server::start().await;
    let device = Device::new();
    assert_eq!(server.ask_code("13800000001", "enrol").await.status(), 202);
    let code = server.inbox.code("13800000001").unwrap();
    let proof = EnrolProof::PhoneCode { phone: "13800000001".into(), code };
    let enrolled: Enrolled = body(server.enrol(&device, proof).await).await;
    let client = support::Client {
        url: server.url.clone(),
        http: server.http.clone(),
        device,
        session: enrolled.session.unwrap(),
    };
    let application = Application::new(1);
    let op_id = new_op();
    let operation = application.operation(&client.device, Change::Submit(application.submission()), None);
    let declared = client.declare(op_id, &operation).await;
    assert_eq!(declared.status(), 201);
    let OperationState::Receiving { missing } = body(declared).await else { panic!("not receiving") };
    assert_eq!(missing.len(), application.bytes.len());
    for bytes in application.bytes.values() {
        assert_eq!(client.put(bytes).await.status(), 201);
    }
    let envelope: Envelope = body(client.commit(op_id).await).await;
    let payload = STANDARD.decode(&envelope.payload).unwrap();
    let key = &enrolled.receipt_keys[0];
    assert_eq!(key.kid, envelope.kid);
    let public: [u8; 32] = STANDARD.decode(&key.public_key).unwrap().try_into().unwrap();
    let signature = Signature::from_slice(&STANDARD.decode(&envelope.signature).unwrap()).unwrap();
    VerifyingKey::from_bytes(&public).unwrap().verify_strict(&payload, &signature).unwrap();
    let receipt: Receipt = serde_json::from_slice(&payload).unwrap();
    assert_eq!((receipt.op_id, receipt.case_id, receipt.rev), (op_id, application.case_id, 1));
    assert_eq!(receipt.blobs, operation.blobs.iter().map(|blob| blob.sha.clone()).collect::<Vec<_>>());
    let answer = client.get(&format!("/v1/cases/{}", application.case_id)).await;
    assert_eq!(answer.headers()["etag"], "\"1\"");
    let document: CaseDocument = body(answer).await;
    assert_eq!(document.dossier, application.dossier);
    assert_eq!(document.rounds.len(), 1);
}

#[tokio::test]
async fn a_repeated_request_gets_the_stored_answer_and_has_one_effect() {
    let server = Server::start().await;
    let client = server.merchant("13800000002").await;
    let application = Application::new(2);
    let op_id = new_op();
    let operation = application.operation(&client.device, Change::Submit(application.submission()), None);
    assert_eq!(client.declare(op_id, &operation).await.status(), 201);
    assert_eq!(client.declare(op_id, &operation).await.status(), 200);
    for bytes in application.bytes.values() {
        client.put(bytes).await;
    }
    let first = client.commit(op_id).await.text().await.unwrap();
    let (second, third) = tokio::join!(client.commit(op_id), client.commit(op_id));
    assert_eq!(second.text().await.unwrap(), first);
    assert_eq!(third.text().await.unwrap(), first);
    let again = client.declare(op_id, &operation).await;
    assert_eq!(again.status(), 200);
    let OperationState::Received { receipt } = body(again).await else { panic!("not received") };
    assert_eq!(serde_json::to_string(&receipt).unwrap(), first);
    let events: EventBatch = body(client.get("/v1/events?after=0").await).await;
    assert_eq!(events.events.len(), 1);
}

#[tokio::test]
async fn another_body_under_the_same_id_is_refused() {
    let server = Server::start().await;
    let client = server.merchant("13800000003").await;
    let application = Application::new(3);
    let op_id = new_op();
    let mut operation = application.operation(&client.device, Change::Submit(application.submission()), None);
    client.declare(op_id, &operation).await;
    operation.made_at_ms += 1;
    refused(client.declare(op_id, &operation).await, 409, "operation_mismatch").await;
}

#[tokio::test]
async fn nothing_is_received_while_a_photo_is_missing() {
    let server = Server::start().await;
    let client = server.merchant("13800000004").await;
    let application = Application::new(4);
    let op_id = new_op();
    let operation = application.operation(&client.device, Change::Submit(application.submission()), None);
    client.declare(op_id, &operation).await;
    let mut photos = application.bytes.values();
    let last = photos.next().unwrap();
    for bytes in photos {
        client.put(bytes).await;
    }
    let problem = refused(client.commit(op_id).await, 409, "missing_blobs").await;
    assert_eq!(problem["errors"].as_array().unwrap().len(), 1);
    let state: OperationState = body(client.get(&format!("/v1/operations/{op_id}")).await).await;
    assert_eq!(state, OperationState::Receiving { missing: vec![sha(last)] });
    // The row says it is there, the file is gone: still no receipt.
    client.put(last).await;
    let path = server.office().blobs.path(&sha(last));
    std::fs::remove_file(&path).unwrap();
    refused(client.commit(op_id).await, 409, "missing_blobs").await;
    client.put(last).await;
    assert_eq!(client.commit(op_id).await.status(), 200);
}

#[tokio::test]
async fn bytes_under_a_wrong_name_are_not_kept() {
    let server = Server::start().await;
    let client = server.merchant("13800000005").await;
    let bytes = picture(5, 0, 1000);
    let other = sha(b"something else");
    let answer =
        client.request("PUT", &format!("/v1/blobs/{other}")).body(bytes.clone()).send().await.unwrap();
    refused(answer, 400, "digest_mismatch").await;
    let path = format!("/v1/blobs/{}", sha(&bytes));
    let digest = format!("sha-256=:{}:", STANDARD.encode([7_u8; 32]));
    let answer = client
        .request("PUT", &path)
        .header("content-digest", digest)
        .body(bytes.clone())
        .send()
        .await
        .unwrap();
    refused(answer, 400, "digest_mismatch").await;
    let answer = client.request("PUT", &path).header("content-digest", "sha-256=??").body(bytes).send().await;
    refused(answer.unwrap(), 400, "bad_parameter").await;
    let large = picture(5, 1, (1 << 20) + 1);
    refused(client.put(&large).await, 413, "too_large").await;
    let uploads = std::fs::read_dir(server.folder.path().join("uploads")).unwrap().count();
    let blobs = std::fs::read_dir(server.folder.path().join("blobs")).unwrap().count();
    assert_eq!((uploads, blobs), (0, 0));
}

#[tokio::test]
async fn knowing_a_hash_neither_reads_nor_attaches_anothers_photo() {
    let server = Server::start().await;
    let owner = server.merchant("13800000006").await;
    let thief = server.merchant("13800000007").await;
    let application = Application::new(6);
    assert_eq!(owner.submit(&application).await.status(), 200);
    let photo = application.bytes.keys().next().unwrap();
    let answer = owner.get(&format!("/v1/blobs/{photo}")).await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.bytes().await.unwrap(), application.bytes[photo]);
    refused(thief.get(&format!("/v1/blobs/{photo}")).await, 404, "not_found").await;
    refused(thief.get(&format!("/v1/cases/{}", application.case_id)).await, 404, "not_found").await;
    let mut stolen = Application::new(6);
    stolen.case_id = Application::new(99).case_id;
    let op_id = new_op();
    let operation = stolen.operation(&thief.device, Change::Submit(stolen.submission()), None);
    let OperationState::Receiving { missing } = body(thief.declare(op_id, &operation).await).await else {
        panic!("not receiving")
    };
    assert_eq!(missing.len(), stolen.bytes.len());
    refused(thief.commit(op_id).await, 409, "missing_blobs").await;
    // Nor is another's operation or case touched.
    let op_id = new_op();
    let mine =
        application.operation(&thief.device, Change::Withdraw(Withdrawal { reason: "x".into() }), Some(1));
    assert_eq!(thief.declare(op_id, &mine).await.status(), 201);
    refused(thief.commit(op_id).await, 403, "forbidden").await;
    refused(owner.commit(op_id).await, 404, "not_found").await;
}

#[tokio::test]
async fn a_submission_that_breaks_rules_is_refused_with_pointers() {
    let server = Server::start().await;
    let client = server.merchant("13800000008").await;
    let mut application = Application::new(8);
    application.dossier.licence.number = "91110000000000000X".into();
    let answer = client.submit(&application).await;
    let problem = refused(answer, 422, "invalid").await;
    let pointers: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert!(pointers.contains(&"/licence/number"), "{pointers:?}");
    refused(client.get(&format!("/v1/cases/{}", application.case_id)).await, 404, "not_found").await;
}

#[tokio::test]
async fn photos_and_document_must_name_each_other() {
    let server = Server::start().await;
    let client = server.merchant("13800000009").await;
    let application = Application::new(9);
    let mut operation = application.operation(&client.device, Change::Submit(application.submission()), None);
    let dropped = operation.blobs.remove(0);
    let problem = refused(client.declare(new_op(), &operation).await, 422, "invalid").await;
    assert!(problem["errors"][0]["pointer"].as_str().unwrap().starts_with("/payload/dossier/attachments/"));
    operation.blobs.push(dropped.clone());
    operation.blobs.push(dropped);
    let problem = refused(client.declare(new_op(), &operation).await, 422, "invalid").await;
    assert_eq!(problem["errors"][0]["code"], "duplicate");
    operation.blobs.pop();
    operation.blobs[0].media_type = "text/html".into();
    refused(client.declare(new_op(), &operation).await, 415, "unsupported_type").await;
}

#[tokio::test]
async fn a_return_opens_exactly_the_named_places() {
    let server = Server::start().await;
    let client = server.merchant("13800000011").await;
    let console = server.reviewer("r1").await;
    let mut application = Application::new(11);
    assert_eq!(client.submit(&application).await.status(), 200);
    let case = format!("case/{}", application.case_id);
    let items =
        json!([{ "pointer": "/business/trade_name", "reason": "name_mismatch", "text": "与门头不一致" }]);
    let returned = json!({ "rev": 1, "items": items });
    let document: CaseDocument = body(console.post(&format!("{case}/return"), &returned).await).await;
    assert_eq!(document.rev, 2);
    // A second click, and a second reviewer who saw the same revision.
    assert_eq!(console.post(&format!("{case}/return"), &returned).await.status(), 200);
    let late = console.post(&format!("{case}/accept"), &json!({ "rev": 1 })).await;
    let conflict = refused(late, 412, "conflict").await;
    assert_eq!(conflict["current"]["rev"], 2);

    let amend = |application: &Application| Change::Amend(application.submission());
    application.dossier.contact.name = "另一人".into();
    let answer = client.send(&application, amend(&application), Some(2)).await;
    let problem = refused(answer, 422, "invalid").await;
    assert_eq!(problem["errors"][0], json!({ "pointer": "/contact/name", "code": "not_opened" }));

    let mut application = Application { dossier: document.dossier.clone(), ..application };
    application.dossier.business.trade_name = "晨光里小铺".into();
    let answer = client.send(&application, amend(&application), Some(1)).await;
    refused(answer, 412, "conflict").await;
    let answer = client.send(&application, amend(&application), None).await;
    refused(answer, 422, "invalid").await;
    assert_eq!(client.send(&application, amend(&application), Some(2)).await.status(), 200);
    refused(client.send(&application, amend(&application), Some(3)).await, 409, "illegal_move").await;

    let accepted: CaseDocument =
        body(console.post(&format!("{case}/accept"), &json!({ "rev": 3 })).await).await;
    let again: CaseDocument = body(console.post(&format!("{case}/accept"), &json!({ "rev": 3 })).await).await;
    assert_eq!(accepted, again);
    let notice = client.get(&format!("/v1/cases/{}/notice", application.case_id)).await;
    assert_eq!(notice.headers()["content-type"], "application/pdf");
    assert!(notice.bytes().await.unwrap().starts_with(b"%PDF-"));

    let batch: EventBatch = body(client.get("/v1/events").await).await;
    let seen: Vec<(u64, u64, Value)> = batch
        .events
        .iter()
        .map(|event| (event.seq, event.rev, serde_json::to_value(&event.what).unwrap()["kind"].clone()))
        .collect();
    let wanted =
        ["application.received", "application.returned", "application.received", "application.accepted"];
    let wanted: Vec<_> = (1..).zip(wanted).map(|(n, kind)| (n, n, Value::from(kind))).collect();
    assert_eq!(seen, wanted);
    let by = |index: usize| serde_json::to_value(&batch.events[index].what).unwrap()["by"].clone();
    assert_eq!((by(0), by(1)), (Value::Null, Value::from("测试员")), "the reviewer is named");
}

#[tokio::test]
async fn a_withdrawal_ends_the_case() {
    let server = Server::start().await;
    let client = server.merchant("13800000012").await;
    let application = Application::new(12);
    client.submit(&application).await;
    let withdraw = |reason: &str| Change::Withdraw(Withdrawal { reason: reason.into() });
    refused(client.send(&application, withdraw(" "), Some(1)).await, 422, "invalid").await;
    assert_eq!(client.send(&application, withdraw("转让"), Some(1)).await.status(), 200);
    refused(client.send(&application, withdraw("再次"), Some(2)).await, 409, "illegal_move").await;
    refused(client.submit(&application).await, 409, "illegal_move").await;
}

#[tokio::test]
async fn an_unchanged_case_is_not_sent_again() {
    let server = Server::start().await;
    let client = server.merchant("13800000013").await;
    let application = Application::new(13);
    client.submit(&application).await;
    let path = format!("/v1/cases/{}", application.case_id);
    let answer = client.request("GET", &path).header("if-none-match", "\"1\"").send().await.unwrap();
    assert_eq!(answer.status(), 304);
    let answer = client.request("GET", &path).header("if-none-match", "\"0\"").send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_revision_beyond_all_numbers_is_a_conflict() {
    let server = Server::start().await;
    let client = server.merchant("13800000021").await;
    let console = server.reviewer("r2").await;
    let application = Application::new(21);
    client.submit(&application).await;
    let path = format!("case/{}/reject", application.case_id);
    assert_eq!(console.post(&path, &json!({ "rev": 1, "text": "资料不实" })).await.status(), 200);
    let again = console.post(&path, &json!({ "rev": u64::MAX, "text": "资料不实" })).await;
    refused(again, 412, "conflict").await;
}
