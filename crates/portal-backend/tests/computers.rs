//! Which computer an operation may come from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use portal_backend::store::{devices, tenants};
use portal_protocol::operation::Change;
use serde_json::json;
use support::{Application, Device, Server, new_op, refused};

#[tokio::test]
async fn a_declaration_needs_its_devices_signature() {
    let server = Server::start().await;
    let client = server.merchant("13800000010").await;
    let other = Device::new();
    let application = Application::new(10);
    let op_id = new_op();
    let path = format!("/v1/operations/{op_id}");
    let operation = application.operation(&client.device, Change::Submit(application.submission()), None);
    let value = serde_json::to_value(&operation).unwrap();
    let unsigned = client.request("PUT", &path).json(&value).send().await.unwrap();
    refused(unsigned, 401, "bad_signature").await;
    let forged = other.signed(client.request("PUT", &path), &op_id.to_string(), &value).send().await.unwrap();
    refused(forged, 401, "bad_signature").await;
    // Signed for another operation.
    let moved = client
        .device
        .signed(client.request("PUT", &path), &new_op().to_string(), &value)
        .send()
        .await
        .unwrap();
    refused(moved, 401, "bad_signature").await;
    let foreign = application.operation(&other, Change::Submit(application.submission()), None);
    refused(client.declare(op_id, &foreign).await, 401, "bad_signature").await;
}

/// Switches a computer off.
async fn disable(server: &Server, device: &Device) {
    let mut tx = server.office().store.write().await.unwrap();
    let tenant = tenants::home(&mut tx).await.unwrap().unwrap();
    assert!(devices::disable(&mut tx, &tenant, device.id, 1).await.unwrap());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_was_queued_before_a_computer_enrolled_anew_is_received() {
    const PHONE: &str = "13800000014";
    let server = Server::start().await;
    let before = server.merchant(PHONE).await;
    let (declared, queued) = (Application::new(14), Application::new(15));
    let submit = |application: &Application| {
        application.operation(&before.device, Change::Submit(application.submission()), None)
    };
    let (declared_id, queued_id) = (new_op(), new_op());
    let (declared_operation, queued_operation) = (submit(&declared), submit(&queued));
    assert_eq!(before.declare(declared_id, &declared_operation).await.status(), 201);

    server.pass_ms(60_000);
    let after = server.merchant(PHONE).await;
    assert_ne!(before.device.id, after.device.id);
    assert_eq!(after.declare(queued_id, &queued_operation).await.status(), 201);
    for bytes in queued.bytes.values() {
        assert_eq!(after.put(bytes).await.status(), 201);
    }
    assert_eq!(after.commit(queued_id).await.status(), 200);

    // A computer that was switched off speaks for nobody; what it had declared before is still answered.
    disable(&server, &before.device).await;
    let late = submit(&Application::new(16));
    let problem = refused(after.declare(new_op(), &late).await, 403, "forbidden").await;
    assert_eq!(problem["errors"][0], json!({ "pointer": "/device_id", "code": "disabled" }));
    assert_eq!(after.declare(queued_id, &queued_operation).await.status(), 200);
    assert_eq!(after.declare(declared_id, &declared_operation).await.status(), 200);
    for bytes in declared.bytes.values() {
        assert_eq!(after.put(bytes).await.status(), 201);
    }
    assert_eq!(after.commit(declared_id).await.status(), 200);
}

#[tokio::test]
async fn an_operation_of_anothers_computer_is_refused() {
    let server = Server::start().await;
    let client = server.merchant("13800000017").await;
    let other = server.merchant("13800000018").await;
    let application = Application::new(17);
    let foreign = application.operation(&other.device, Change::Submit(application.submission()), None);
    let problem = refused(client.declare(new_op(), &foreign).await, 401, "bad_signature").await;
    assert_eq!(problem["errors"][0], json!({ "pointer": "/device_id", "code": "unknown_device" }));
}
