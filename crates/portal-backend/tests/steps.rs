//! What reviewers record of the steps after acceptance, over the real routes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use portal_domain::track::StepState;
use portal_protocol::case::CaseDocument;
use portal_protocol::event::{EventBatch, Happened};
use serde_json::{Value, json};
use support::{Application, Client, Console, Server, body, refused};

/// An accepted case without a contract: its revision is 2.
async fn accepted(server: &Server, phone: &str, seed: u64) -> (Client, Console, String) {
    let (client, console) = (server.merchant(phone).await, server.reviewer(&format!("s{seed}")).await);
    let application = Application::new(seed);
    assert_eq!(client.submit(&application).await.status(), 200);
    let case = format!("case/{}", application.case_id);
    assert_eq!(console.post(&format!("{case}/accept"), &json!({ "rev": 1 })).await.status(), 200);
    (client, console, case)
}

fn done(rev: u64, done: &Value) -> Value {
    json!({ "rev": rev, "report": { "result": "done", "done": done } })
}

#[tokio::test]
async fn a_step_is_recorded_once_and_told_to_the_merchant() {
    let server = Server::start().await;
    let (client, console, case) = accepted(&server, "13800000601", 601).await;
    let step = format!("{case}/step");
    let visit = done(2, &json!({ "track": "verification", "note": "证照原件相符" }));
    let recorded: CaseDocument = body(console.post(&step, &visit).await).await;
    assert_eq!((recorded.rev, recorded.tracks.verification), (3, StepState::Done));
    let again: CaseDocument = body(console.post(&step, &visit).await).await;
    assert_eq!(again, recorded, "a second click");
    let other = done(2, &json!({ "track": "verification", "note": "别的说法" }));
    let conflict = refused(console.post(&step, &other).await, 412, "conflict").await;
    assert_eq!(conflict["current"]["rev"], 3, "a second reviewer who saw the same revision: {conflict}");
    let failed =
        json!({ "rev": 3, "report": { "result": "failed", "track": "verification", "text": "反悔" } });
    refused(console.post(&step, &failed).await, 409, "illegal_move").await;
    let better = done(3, &json!({ "track": "verification", "note": "原件相符，营业执照副本" }));
    let corrected: CaseDocument = body(console.post(&step, &better).await).await;
    assert_eq!((corrected.rev, corrected.tracks.verification), (4, StepState::Done), "put right");

    let view: Value = body(console.get(&case).await).await;
    assert_eq!(view["steps"].as_array().unwrap().len(), 2, "{view}");
    assert_eq!(view["steps"][0]["report"], visit["report"], "what was said first is kept");
    assert_eq!(view["steps"][1]["report"], better["report"]);
    assert!(view["steps"][0]["by"].is_string(), "{view}");
    let of = |track: &str| {
        let lines = view["progress"].as_array().unwrap();
        lines.iter().find(|line| line["track"] == track).unwrap().clone()
    };
    assert_eq!(of("verification")["state"], "done");
    assert_eq!(of("terminals")["waits_for"], json!(["contract"]));

    let told: EventBatch = body(client.get("/v1/events?after=0").await).await;
    let steps =
        told.events.iter().filter(|event| matches!(event.what, Happened::StepRecorded { .. })).count();
    assert_eq!(steps, 2, "{told:?}");
}

#[tokio::test]
async fn a_step_that_is_not_open_or_not_right_changes_nothing() {
    let server = Server::start().await;
    let (client, console, case) = accepted(&server, "13800000602", 602).await;
    let step = format!("{case}/step");
    let training =
        json!({ "track": "training", "trainee": "周明", "trained_on": "2026-01-01", "topics": ["care"] });
    refused(console.post(&step, &done(2, &training)).await, 409, "illegal_move").await;
    let silent = json!({ "rev": 2, "report": { "result": "failed", "track": "verification", "text": " " } });
    let wrong = refused(console.post(&step, &silent).await, 422, "invalid").await;
    assert_eq!(wrong["errors"], json!([{ "pointer": "/report/text", "code": "required" }]));
    let crowd = json!({ "track": "terminals", "accessories": "", "terminals": [
        { "model": "P1", "serial": "A 1" }, { "model": "", "serial": "B-1" }, { "model": "P1", "serial": "b-1" },
    ] });
    let wrong = refused(console.post(&step, &done(2, &crowd)).await, 422, "invalid").await;
    let places: Vec<&str> =
        wrong["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(
        places,
        [
            "/report/done/terminals/0/serial",
            "/report/done/terminals/1/model",
            "/report/done/terminals/2/serial",
            "/report/done/accessories"
        ]
    );
    let review = json!({ "rev": 2, "report": { "result": "reopened", "track": "review" } });
    assert!(console.post(&step, &review).await.status().is_client_error(), "review has no steps");
    let told: EventBatch = body(client.get("/v1/events?after=0").await).await;
    assert!(!told.events.iter().any(|event| matches!(event.what, Happened::StepRecorded { .. })), "{told:?}");
    let view: Value = body(console.get(&case).await).await;
    assert_eq!((view["rev"].clone(), view["steps"].clone()), (json!(2), json!([])));
}
